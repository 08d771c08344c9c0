"""How questions to vendors are signed: vectors that their own libraries made."""

from kanhe.moderation.signing import Key, acs3, tc3

ALIYUN = {
    "accept": "application/json",
    "host": "127.0.0.1:8080",
    "user-agent": "ua/1",
    "x-acs-action": "SendSms",
    "x-acs-content-sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "x-acs-date": "2026-01-02T03:04:05Z",
    "x-acs-signature-nonce": "nonce-1",
    "x-acs-version": "2017-05-25",
}
QUERY = (
    "PhoneNumbers=13800000000&SignName=%E6%B5%8B%E8%AF%95%20%E7%AD%BE%2A%E5%90%8D~&TemplateCode=SMS_1"
    "&TemplateParam=%7B%22code%22%3A%2212%2B34%22%7D"
)


def test_aliyun_signs_as_its_own_library_does() -> None:
    written = acs3(Key("AKID", "SECRET"), QUERY, ALIYUN, b"")
    assert written.endswith("Signature=43f4fa9c92f22f13a7c78c2413c77ef3a2d8fef1d9d000d1fe35ec77c3bbea10")
    assert "SignedHeaders=accept;host;user-agent;x-acs-action;" in written


def test_tencent_signs_as_its_own_library_does() -> None:
    body = (
        '{"PhoneNumberSet":["+8613800000000"],"SmsSdkAppId":"1400000000","TemplateId":"1",'
        '"SignName":"测试","TemplateParamSet":["1"]}'
    ).encode()
    headers = {"content-type": "application/json", "host": "127.0.0.1:8080"}
    written = tc3(Key("AKID", "SKEY"), "sms", headers, body, 1_767_323_045_000)
    assert "Credential=AKID/2026-01-02/sms/tc3_request, SignedHeaders=content-type;host, " in written
    assert written.endswith("Signature=078e1731108f190732ef80d58c4eb23133a46c7e10ea00cab2edd975af5afc57")
