"""The four families of carriers: what each says differently stands in its dialect."""

from collections.abc import Mapping

from kanhe.sim.families.cmpp import CMPP
from kanhe.sim.families.dialect import Dialect
from kanhe.sim.families.sgip import SGIP
from kanhe.sim.families.smgp import SMGP
from kanhe.sim.families.smpp import SMPP

FAMILIES: Mapping[str, Dialect] = {"smpp": SMPP, "cmpp": CMPP, "sgip": SGIP, "smgp": SMGP}
