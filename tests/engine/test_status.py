from linkus.engine.status import EngineStatus, PartState, PartStateName, Reason, decode, encode


def test_listeners_hear_changes_only() -> None:
    status = EngineStatus(["nginx"])
    heard: list[PartState] = []
    unsubscribe = status.subscribe(heard.append)
    status.change("nginx", state=PartStateName.STARTING)
    status.change("nginx", state=PartStateName.STARTING)
    unsubscribe()
    status.change("nginx", state=PartStateName.READY)
    assert [part.state for part in heard] == [PartStateName.STARTING]
    assert status.part("nginx").state is PartStateName.READY


def test_a_state_survives_the_way_to_the_brain() -> None:
    part = PartState("kamailio", PartStateName.RESTARTING, None, 12.5, 3, Reason.KILLED, "SIGKILL")
    line = encode(part)
    assert line.count(b"\n") == 1
    assert decode(line) == part


def test_every_reason_has_both_languages() -> None:
    for reason in Reason:
        part = PartState("x", reason=reason, detail="why")
        assert bool(part.message("zh-CN")) == bool(part.message("en")) == (reason is not Reason.NONE)
