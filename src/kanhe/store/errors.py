"""Why a store cannot be opened. What can go wrong with one commit stands in `kanhe.ports.store`."""


class StoreError(Exception):
    """The store cannot be used as it stands."""


class StoreInUseError(StoreError):
    """Another process has this store open: two writers would give the same entry two indexes."""


class StoreCorruptError(StoreError):
    """The file is not a database, or its pages contradict each other: restore a backup."""


class StoreNewerError(StoreError):
    """The store was written by a later release than this one."""
