using System.Globalization;

namespace Orrery.Agent.Simulation;

/// <summary>Invented tenants and their sites.</summary>
internal static class FleetPlan
{
    const double SitesPerTenant = 3.4;
    const int SitesMax = 1_000;

    sealed record City(string Id, string Name, string Location, string TimeZone);

    sealed record Tenant(string Id, string Name, City[] Cities);

    static readonly City Shenzhen = new("shenzhen", "深圳总部", "深圳, 中国", "Asia/Shanghai");
    static readonly City Suzhou = new("suzhou", "苏州工厂", "苏州, 中国", "Asia/Shanghai");
    static readonly City Chengdu = new("chengdu", "成都分公司", "成都, 中国", "Asia/Shanghai");
    static readonly City Shenyang = new("shenyang", "沈阳工厂", "沈阳, 中国", "Asia/Shanghai");
    static readonly City Guangzhou = new("guangzhou", "广州配送中心", "广州, 中国", "Asia/Shanghai");
    static readonly City Hangzhou = new("hangzhou", "杭州电商中心", "杭州, 中国", "Asia/Shanghai");
    static readonly City Qingdao = new("qingdao", "青岛工厂", "青岛, 中国", "Asia/Shanghai");
    static readonly City Urumqi = new("urumqi", "乌鲁木齐仓库", "乌鲁木齐, 中国", "Asia/Urumqi");
    static readonly City HoChiMinh = new("ho-chi-minh", "越南工厂 Bình Dương", "Ho Chi Minh City, Vietnam", "Asia/Ho_Chi_Minh");
    static readonly City Hamburg = new("hamburg", "Werk Hamburg", "Hamburg, Germany", "Europe/Berlin");
    static readonly City Basel = new("basel", "Labor Basel", "Basel, Switzerland", "Europe/Zurich");
    static readonly City Cork = new("cork", "Plant Cork", "Cork, Ireland", "Europe/Dublin");
    static readonly City SaoPaulo = new("sao-paulo", "Torrefação São Paulo", "São Paulo, Brazil", "America/Sao_Paulo");
    static readonly City Bogota = new("bogota", "Centro Bogotá", "Bogotá, Colombia", "America/Bogota");
    static readonly City Chicago = new("chicago", "Chicago Distribution", "Chicago, USA", "America/Chicago");
    static readonly City Osaka = new("osaka", "大阪工場", "大阪, 日本", "Asia/Tokyo");
    static readonly City Nagoya = new("nagoya", "名古屋工場", "名古屋, 日本", "Asia/Tokyo");
    static readonly City Nairobi = new("nairobi", "Nairobi Mill", "Nairobi, Kenya", "Africa/Nairobi");
    static readonly City Pune = new("pune", "Pune Plant", "Pune, India", "Asia/Kolkata");
    static readonly City Melbourne = new("melbourne", "Melbourne Stores", "Melbourne, Australia", "Australia/Melbourne");

    static readonly Tenant[] Tenants =
    [
        new("huading", "华鼎机械制造", [Shenzhen, Suzhou, Shenyang, HoChiMinh, Pune]),
        new("jinsui-foods", "金穗食品集团", [Guangzhou, Chengdu, Qingdao, Urumqi, Hangzhou]),
        new("nordlicht", "Nordlicht Pharma", [Hamburg, Basel, Cork, Chicago, Osaka]),
        new("hailan", "海蓝家电", [Qingdao, Hangzhou, Guangzhou, HoChiMinh, Melbourne]),
        new("andes-coffee", "Andes Coffee Trading", [SaoPaulo, Bogota, Chicago, Hamburg, Nairobi]),
        new("yunshan-home", "云杉家居", [Hangzhou, Chengdu, Shenzhen, Suzhou, Melbourne]),
        new("asahi-seiki", "旭精機", [Osaka, Nagoya, Suzhou, Pune, Chicago]),
        new("savanna-textiles", "Savanna Textiles", [Nairobi, Pune, Hamburg, Guangzhou, Cork]),
        new("beichen-medical", "北辰医疗器械", [Shenyang, Shenzhen, Chengdu, Urumqi, Basel]),
        new("southern-cross", "Southern Cross Retail", [Melbourne, Osaka, Chicago, HoChiMinh, Cork]),
    ];

    public static IReadOnlyList<SimulatedSitePlan> Make(int sites, ulong seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sites, 0);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(sites, SitesMax);
        int tenants = Math.Clamp((int)Math.Round(sites / SitesPerTenant), 1, Tenants.Length);
        var plan = new List<SimulatedSitePlan>(sites);
        var used = new Dictionary<string, int>(StringComparer.Ordinal);
        for (int i = 0; i < sites; i++)
        {
            Tenant tenant = Tenants[i % tenants];
            // The seed turns each tenant's list of cities, so that other seeds give other fleets.
            int turn = (int)(Noise.Mix(seed, (ulong)(i % tenants)) % (ulong)tenant.Cities.Length);
            City city = tenant.Cities[(i / tenants + turn) % tenant.Cities.Length];
            string key = tenant.Id + "/" + city.Id;
            int again = used[key] = used.GetValueOrDefault(key) + 1;
            string suffix = again == 1 ? "" : again.ToString(CultureInfo.InvariantCulture);
            plan.Add(new SimulatedSitePlan(tenant.Id, tenant.Name, city.Id + (again == 1 ? "" : "-" + suffix), (city.Name + " " + suffix).TrimEnd(), city.Location, city.TimeZone, "erp-01"));
        }
        return plan;
    }
}
