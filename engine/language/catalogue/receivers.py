"""Facts about who receives and where. Facts of name, phone and address are absent on masked values."""

from __future__ import annotations

from engine.language.facts import Fact, Scene
from engine.order import Receiver
from engine.phones import phone_key


def _receiver(scene: Scene) -> Receiver:
    return scene.order.receiver or Receiver()


def _open(scene: Scene, name: str) -> str | None:
    """The text, unless it is masked or empty."""
    receiver = _receiver(scene)
    return None if receiver.masked else getattr(receiver, name) or None


def _same_as_buyer(scene: Scene) -> bool | None:
    receiver, buyer = _receiver(scene), scene.order.buyer
    if receiver.masked or not receiver.name or not buyer.name:
        return None
    phones = {key for key in (phone_key(receiver.phone), phone_key(buyer.phone)) if key}
    same_phone = len(phones) < 2
    return receiver.name == buyer.name and same_phone


def _read(name: str, zh: str, en: str, type_: str = "flag", **more: object) -> Fact:
    """A fact that `engine.intake.reading` works out from the text."""
    return Fact(name, type_, zh, en, lambda s, _: s.derived.get(name), **more)  # type: ignore[arg-type]


FACTS = (
    Fact("receiver.name", "text", "收货人", "Receiver", lambda s, _: _open(s, "name"), sample="张伟",
         help_zh="订单上写的全名；脱敏或没写时为空", help_en="As the order has it; absent when masked or missing"),
    Fact("receiver.phone", "text", "收货电话", "Phone", lambda s, _: phone_key(_open(s, "phone")),
         help_zh="只留数字，不含 +86 和分机", help_en="Digits only, without +86 and extension", sample="13800138000"),
    Fact("receiver.country", "text", "国家/地区", "Country",
         lambda s, _: _receiver(s).country or None if s.order.receiver else None, sample="CN",
         help_zh="两位字母代码，中国大陆为 CN；没有收货人时为空",
         help_en="Two letters, CN for mainland China; absent without a receiver"),
    Fact("receiver.province", "text", "省份", "Province", lambda s, _: s.derived.get("receiver.province"),
         help_zh="识别为标准名称", help_en="As the standard name where it is recognised", sample="西藏自治区"),
    Fact("receiver.city", "text", "城市", "City", lambda s, _: s.derived.get("receiver.city"), sample="拉萨市",
         help_zh="可识别时为标准名称，否则为原文；没写时为空",
         help_en="The standard name if recognised, else as written; absent when missing"),
    Fact("receiver.district", "text", "区县", "District", lambda s, _: s.derived.get("receiver.district"),
         help_zh="可识别时为标准名称，否则为原文；没写时为空",
         help_en="The standard name if recognised, else as written; absent when missing", sample="城关区"),
    Fact("receiver.town", "text", "街道乡镇", "Town", lambda s, _: _receiver(s).town or None,
         help_zh="订单上的原文，不作识别；没写时为空",
         help_en="As the order has it, not looked up; absent when missing", sample="东极镇"),
    Fact("receiver.address", "text", "详细地址", "Address",
         lambda s, _: _open(s, "address"), sample="大望路甲18号院3号楼2单元501",
         help_zh="省市区之后的街道门牌；脱敏或没写时为空",
         help_en="Street and number below the district; absent when masked or missing"),
    Fact("receiver.fingerprint", "text", "收货人指纹", "Receiver fingerprint", lambda s, _: _receiver(s).fingerprint,
         help_zh="渠道给的代号，脱敏时也能认出同一收货人；没给时为空",
         help_en="The channel's mark, by which a masked receiver is known again; absent when none was sent",
         sample="fp-5c1e90"),
    Fact("receiver.same_as_buyer", "flag", "收货人即买家", "Receiver is the buyer", lambda s, _: _same_as_buyer(s),
         help_zh="姓名相同，电话都有时也相同；脱敏或缺姓名时为空",
         help_en="Same name, and same phone where both gave one; absent when masked or a name is missing",
         sample=True),
    Fact("receiver.masked", "flag", "信息脱敏", "Masked", lambda s, _: _receiver(s).masked, always=True,
         help_zh="姓名、电话、地址是星号，由快递凭渠道的令牌取得原文",
         help_en="Name, phone and address are stars; the carrier gets them by the channel's token", sample=False),
    Fact("receiver.phone_orders_1h", "int", "同电话 1 小时订单数", "Orders to this phone in an hour",
         lambda s, _: s.world.history.phone_orders_1h, least=0,
         help_zh="下单前 1 小时内，不论买家和渠道，不含本单和被拒的；脱敏或没有电话时为空",
         help_en="Before placing, of any buyer, without this and rejected ones; absent when masked or missing",
         sample=0),
    Fact("receiver.address_orders_1h", "int", "同地址 1 小时订单数", "Orders to this address in an hour",
         lambda s, _: s.world.history.address_orders_1h, least=0,
         help_zh="下单前 1 小时内，不论买家和渠道，不含本单和被拒的；地址认不出时为空",
         help_en="Before placing, of any buyer, without this and rejected ones; absent when the place cannot be told",
         sample=0),
    _read("receiver.name_vague", "姓名不完整", "Name is vague",
          help_zh="只有称呼、姓加称呼（如王先生）、数字或占位词时为是；脱敏时为空",
          help_en="True for a title, a surname with a title, digits or a placeholder; absent when masked",
          sample=False),
    _read("receiver.phone_valid", "电话有效", "Phone is valid",
          help_zh="像手机、座机、400/800、港澳台或国际号码；只看写法，不拨打；脱敏时为空",
          help_en="Has the form of a mobile, landline, 400/800 or foreign number; nobody rings it; absent when masked",
          sample=True),
    _read("receiver.in_mainland", "在大陆", "In mainland China",
          help_zh="国家为 CN 且不是港澳台；没有收货人时为空",
          help_en="Country CN without Hong Kong, Macao and Taiwan; absent without a receiver", sample=True),
    _read("receiver.province_known", "省份可识别", "Province is known",
          help_zh="在行政区划表里找到；不在大陆时为空",
          help_en="Found among the official divisions; absent outside the mainland", sample=True),
    _read("receiver.city_known", "城市可识别", "City is known",
          help_zh="在该省找到这个城市；不在大陆时为空",
          help_en="Found in that province; absent outside the mainland", sample=True),
    _read("receiver.district_missing", "缺少区县", "District is missing",
          help_zh="城市设区县而未填时为是", help_en="True when the city has districts and none is given",
          sample=False),
    _read("receiver.district_known", "区县可识别", "District is known",
          help_zh="在该市找到这个区县；没写区县或不在大陆时为空",
          help_en="Found in that city; absent when none is given and outside the mainland", sample=True),
    _read("receiver.address_length", "地址字数", "Address length", "int", least=0,
          help_zh="详细地址的字符数，不含省市区；没写为 0，脱敏时为空",
          help_en="In characters, without province to district; 0 when empty, absent when masked", sample=18),
    _read("receiver.address_names_other_place", "地址与省市不符", "Address names another place",
          help_zh="详细地址里写着别的省市，与上面所选不同；不在大陆时为空",
          help_en="The address text names a province or city other than the given one; absent outside the mainland",
          sample=False),
    _read("receiver.address_place", "地址所写的另一省市", "Other place that the address names", "text",
          sample="浙江省杭州市",
          help_zh="供问题里引用；地址与省市相符时为空",
          help_en="To be quoted in a question; absent when text and place agree"),
    _read("receiver.address_unit_missing", "缺少门牌", "Unit is missing",
          help_zh="有路名门牌而没有楼、单元、室，也不是学校、村等免写之处；脱敏时为空",
          help_en="Road and number without building, unit or room, and no place that needs none; absent when masked",
          sample=False),
)  # fmt: skip
