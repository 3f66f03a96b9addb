"""What the console shows instead of a page: not found, not allowed, out of date, broken."""

from __future__ import annotations

from flask import Blueprint, Response, abort, make_response, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import MethodNotAllowed
from werkzeug.exceptions import NotFound as NoSuchAddress

from admin.addresses import came_from
from engine.errors import Forbidden, NotFound


def add_to(blueprint: Blueprint) -> None:
    """Answer with these on the console; elsewhere the API's problem documents stand."""
    blueprint.add_url_rule("/<path:rest>", "missing", view_func=lambda rest: abort(404))
    blueprint.register_error_handler(NotFound, _not_found)
    blueprint.register_error_handler(NoSuchAddress, _not_found)
    blueprint.register_error_handler(MethodNotAllowed, _not_found)
    blueprint.register_error_handler(Forbidden, _forbidden)
    blueprint.register_error_handler(CSRFError, _out_of_date)
    blueprint.after_request(_broken)


def _page(status: int, title: str, text: str, back: str = "") -> ResponseReturnValue:
    """`back`: the page that it can be tried again on."""
    return render_template("console/failure.html", status=status, title=title, text=text, back=back), status


def _not_found(error: Exception) -> ResponseReturnValue:
    return _page(404, gettext("没有找到"), gettext("这个订单或页面不存在。请检查单号，或回到订单列表搜索。"))


def _forbidden(error: Exception) -> ResponseReturnValue:
    return _page(403, gettext("没有权限"), gettext("您的角色不能做这件事。如确有需要，请联系管理员。"))


def _out_of_date(error: Exception) -> ResponseReturnValue:
    text = gettext("为了安全，刚才的操作没有执行。请回到刚才的页面再试一次。")
    return _page(400, gettext("页面已过期"), text, came_from())


def _broken(response: Response) -> Response:
    """What failed was logged and answered for the API; on a page it is said in words."""
    if response.status_code < 500:
        return response
    return make_response(_page(500, gettext("出错了"), gettext("系统没能完成这个请求，错误已记录。请稍后再试。")))
