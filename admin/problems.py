"""What to tell a reader when the service refuses something."""

from __future__ import annotations

from flask_babel import gettext

from admin import labels
from admin.languages import either, said
from engine.errors import (
    Conflict,
    DraftChanged,
    Forbidden,
    GatehouseError,
    NotFound,
    NotMergeable,
    OrderError,
    Overtaken,
    RulebookError,
    StaleBase,
)
from engine.holds import HOLD_REASONS
from engine.service.principals import Principal
from engine.service.referring import ReferredTo, Referring


def release_refused(error: GatehouseError, holds: list[str], by: Principal) -> str:
    """Why a release was not accepted, and what can be done."""
    if isinstance(error, Forbidden):
        return _missing_role(holds, by)
    if isinstance(error, Conflict):
        return gettext("订单已不在挂起状态，可能刚被其他人处理或已自动重审。请看最新状态。")
    if isinstance(error, NotFound):
        return gettext("没有这个订单。")
    if isinstance(error, OrderError):
        return gettext("所选的挂起原因已不存在，订单可能刚被重审。请看最新状态后再试。")
    return gettext("没有成功，请稍后再试。")


def decision_refused(error: GatehouseError) -> str:
    """Why a manual decision was not accepted, and what can be done."""
    if isinstance(error, Forbidden):
        return gettext("这需要“%(role)s”角色。", role=labels.word(labels.ROLES, "ops"))
    if isinstance(error, Conflict):
        return gettext("没有成功：订单现在的状态不允许这样做，可能刚被处理过。请看最新状态。")
    if isinstance(error, OrderError):
        comma = either(("、", ", "))
        fields = comma.join(dict.fromkeys(labels.word(labels.FIELDS, each.path) for each in error.problems))
        return gettext("没有成功，请检查：%(fields)s。", fields=fields)
    return gettext("没有成功，请稍后再试。")


def merging_refused(error: GatehouseError) -> str:
    """Why orders were not merged, or not taken apart, and what can be done."""
    if isinstance(error, Forbidden):
        return gettext("这需要“%(role)s”角色。", role=labels.word(labels.ROLES, "ops"))
    if isinstance(error, NotMergeable):
        return gettext("不能合单：其中有订单已经下发、挂起，或仓库、发货日、付款方式不再相同。请看最新状态。")
    if isinstance(error, Conflict):
        return gettext("没有成功：订单刚被处理过，或仓库已经收到发货单。请看最新状态。")
    return gettext("没有成功，请稍后再试。")


def adjustment_refused(error: GatehouseError) -> str:
    """Why an adjustment of stock was not booked, and what can be done."""
    if isinstance(error, Forbidden):
        return gettext("记库存需要“%(role)s”角色。", role=labels.word(labels.ROLES, "ops"))
    if isinstance(error, Conflict):
        return gettext("没有记账：在库不能小于 0，或者这一笔已经用别的内容记过。请看最新库存后再试。")
    if isinstance(error, NotFound):
        return gettext("没有这个仓库或商品编码。")
    if isinstance(error, OrderError):
        return gettext("件数不对：收货至少 1 件，盘点不能小于 0。")
    return gettext("没有成功，请稍后再试。")


def draft_refused(error: GatehouseError) -> str:
    """Why a step with a draft, or with a published version, was not taken, and what can be done."""
    if isinstance(error, Forbidden):
        return gettext("没有成功：这一步要由别的角色来做；写过草稿的人也不能审核自己的草稿。")
    if isinstance(error, StaleBase):
        return gettext("没有发布：这期间线上发布了别的版本。请先对照再继续。")
    if isinstance(error, DraftChanged):
        return gettext("没有成功：这份草稿刚被别人改过。请看最新内容后再试。")
    if isinstance(error, Overtaken):
        return gettext("没有成功：刚好有别的规则发布。请再试一次。")
    if isinstance(error, Conflict):
        return gettext("没有成功：它的状态刚变过，或者和线上完全一样。请看最新状态。")
    if isinstance(error, RulebookError):
        return gettext("没有成功：按现在的事实和名单，这些规则不能生效。%(why)s", why=str(error.problems[0]))
    if isinstance(error, OrderError):
        return gettext("没有成功：请写明原因；定时发布的时间要在现在之后。")
    return gettext("没有成功，请稍后再试。")


def _missing_role(holds: list[str], by: Principal) -> str:
    needed = [row.released_by for code in holds if (row := HOLD_REASONS.get(code))]
    roles = [role for role in needed if role is not None and not by.may(role)]
    if not roles and None in needed:
        return gettext("这类挂起到期自动解除，不能人工放行。")
    role = labels.word(labels.ROLES, roles[0] if roles else "ops")
    return gettext("放行需要“%(role)s”角色。", role=role)


def list_refused(error: GatehouseError) -> str:
    """Why a list was not changed, and what can be done."""
    if isinstance(error, Forbidden):
        return gettext("改名单需要“%(role)s”角色。", role=labels.word(labels.ROLES, "admin"))
    if isinstance(error, OrderError):
        first = error.problems[0]
        return gettext("没有保存，请检查（%(where)s）：%(what)s", where=first.path or "-", what=first.message)
    return gettext("没有成功，请稍后再试。")


def referred_to(error: ReferredTo) -> str:
    """What keeps something from being deleted."""
    comma = either(("、", ", "))
    named = comma.join(_referring(each) for each in error.referring[:5])
    return gettext("不能删除，还有地方在用：%(named)s", named=named)


def _referring(each: Referring) -> str:
    title = said(each.title) or each.code
    return gettext("草稿 %(draft)s 里的“%(rule)s”", draft=each.code, rule=title) if each.kind == "draft" else title


def user_refused(error: GatehouseError) -> str:
    """Why a user was not changed, and what can be done."""
    if isinstance(error, Conflict):
        return gettext("这是最后一个管理员：先让别人也当管理员。")
    if isinstance(error, OrderError):
        wrong = {each.path.partition(".")[0] for each in error.problems}
        if "username" in wrong:
            return gettext("没有保存：用户名只能用字母、数字、点、下划线和连字符。")
        return gettext("没有保存：至少选一个角色，密码至少 8 位。")
    return gettext("没有成功，请稍后再试。")
