using Orrery.Interfaces;
using Orrery.Interfaces.Alarms;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Health;
using Orrery.Interfaces.Servers;
using Orrery.Interfaces.Sites;
using Orrery.Interfaces.Tenants;
using Orrery.Grains.Tests.Health;

namespace Orrery.Grains.Tests.Servers;

public sealed class ServerTests
{
    const string Server = "acme/berlin/erp-01";

    [Fact]
    public async Task An_agent_that_registers_makes_its_server_and_the_site_finds_it_by_host_name()
    {
        await using var fleet = await StartAsync();
        var info = await fleet.Server(Server).Register(Registration("erp-host.example"));

        info.Registration!.HostName.ShouldBe("erp-host.example");
        (await fleet.Site("acme/berlin").ListServers(new(10, null, "HOST.ex"))).Items.ShouldHaveSingleItem().Id.ShouldBe("erp-01");
        (await fleet.Site("acme/berlin").Get()).Servers.ShouldBe(1);
        (await fleet.Tenant("acme").ListSites(new(10))).Items.Single().Servers.ShouldBe(1);
        await fleet.CrashAsync();
        (await fleet.Server(Server).Get()).Registration!.HostName.ShouldBe("erp-host.example");
    }

    [Fact]
    public async Task A_server_known_from_samples_only_is_there_without_a_registration()
    {
        await using var fleet = await StartAsync();
        (await fleet.Site("acme/berlin").EnsureServer("erp-01")).ShouldBeTrue();
        (await fleet.Site("acme/berlin").EnsureServer("erp-01")).ShouldBeFalse();

        (await fleet.Server(Server).Get()).Registration.ShouldBeNull();
        await Should.ThrowAsync<NotFoundException>(() => fleet.Server("acme/berlin/erp-02").Get());
        await Should.ThrowAsync<NotFoundException>(() => fleet.Server("acme/nowhere/erp-01").Register(Registration("x")));
        await Should.ThrowAsync<NotFoundException>(() => fleet.Server("acme/berlin/erp-02").AppendLogs([]));
    }

    [Fact]
    public async Task Registering_again_unchanged_keeps_the_version_and_a_change_raises_it()
    {
        await using var fleet = await StartAsync();
        var first = await fleet.Server(Server).Register(Registration("a"));
        fleet.Time.Advance(TimeSpan.FromMinutes(1));
        var second = await fleet.Server(Server).Register(Registration("a"));
        var third = await fleet.Server(Server).Register(Registration("b"));

        second.Version.ShouldBe(first.Version);
        second.RegisteredAt.ShouldBe(fleet.Time.GetUtcNow());
        third.Version.ShouldBe(first.Version + 1);
    }

    [Fact]
    public async Task What_a_machine_says_beyond_all_bounds_is_cut_and_not_refused()
    {
        await using var fleet = await StartAsync();
        string endless = new('x', 1_000_000);
        var info = await fleet.Server(Server).Register(Registration(endless) with
        {
            Addresses = [.. Enumerable.Repeat(endless, 500)],
            Facts = Enumerable.Range(0, 500).ToDictionary(number => $"{number:000}{endless}", _ => endless),
        });

        info.Registration!.HostName.Length.ShouldBe(256);
        info.Registration.Addresses.Count.ShouldBe(64);
        info.Registration.Facts.Count.ShouldBe(64);
    }

    [Fact]
    public async Task A_site_takes_no_more_servers_than_its_bound()
    {
        await using var fleet = await TestFleet.StartAsync(services =>
            Microsoft.Extensions.DependencyInjection.OptionsServiceCollectionExtensions.Configure<Orrery.Grains.Sites.SiteOptions>(services, options => options.ServersMax = 2));
        await fleet.AddServerAsync("acme/berlin/a");
        await fleet.AddServerAsync("acme/berlin/b");

        (await Should.ThrowAsync<LimitReachedException>(() => fleet.Site("acme/berlin").EnsureServer("c"))).Message.ShouldContain("SiteOptions.ServersMax");
        (await Should.ThrowAsync<InvalidInputException>(() => fleet.Site("acme/berlin").EnsureServer("Bad Id"))).Field.ShouldBe("server");
    }

    [Fact]
    public async Task Log_lines_are_kept_in_order_of_time_without_repeats_and_survive_a_crash()
    {
        await using var fleet = await StartAsync();
        await fleet.Server(Server).Register(Registration("a"));
        var at = fleet.Time.GetUtcNow();
        var lines = Enumerable.Range(0, 300).Select(number => new LogLine($"id{number}", at.AddSeconds(number), number % 10 == 0 ? "Error" : "information", "erp", $"line {number}", null)).ToList();

        (await fleet.Server(Server).AppendLogs(lines)).ShouldBe(300);
        (await fleet.Server(Server).AppendLogs([.. lines[250..], lines[0] with { Id = "new" }])).ShouldBe(1);
        await fleet.CrashAsync();

        (await fleet.Server(Server).GetLogs(new LogQuery(3))).Select(line => line.Text).ShouldBe(["line 299", "line 298", "line 297"]);
        (await fleet.Server(Server).GetLogs(new LogQuery(500, Level: "warning"))).Count.ShouldBe(31);
        (await fleet.Server(Server).GetLogs(new LogQuery(2, Before: at.AddSeconds(10), Search: "LINE"))).Select(line => line.Text).ShouldBe(["line 9", "line 8"]);
        (await fleet.Server(Server).AppendLogs(lines)).ShouldBe(0);
    }

    [Fact]
    public async Task Only_the_newest_log_lines_are_kept_and_endless_ones_are_cut()
    {
        await using var fleet = await StartAsync();
        await fleet.Server(Server).Register(Registration("a"));
        var at = fleet.Time.GetUtcNow();
        for (int batch = 0; batch < 12; batch++)
            await fleet.Server(Server).AppendLogs([.. Enumerable.Range(batch * 250, 250).Select(number => new LogLine($"id{number}", at.AddSeconds(number), "debug", "erp", $"line {number}", null))]);
        await fleet.Server(Server).AppendLogs([new LogLine("long", at.AddDays(1), "what", "erp", new string('界', 100_000), null)]);

        var newest = await fleet.Server(Server).GetLogs(new LogQuery(500));
        System.Text.Encoding.UTF8.GetByteCount(newest[0].Text).ShouldBeLessThanOrEqualTo(8 * 1024 + 16);
        newest[0].Text.ShouldEndWith("(cut)");
        newest[0].Level.ShouldBe("information");
        (await fleet.Server(Server).GetLogs(new LogQuery(500, Before: at.AddSeconds(900)))).ShouldBeEmpty();
        (await Should.ThrowAsync<InvalidInputException>(() => fleet.Server(Server).AppendLogs([new LogLine("", at, "debug", "", "", null)]))).Field.ShouldBe("lines[0].id");
        (await Should.ThrowAsync<InvalidInputException>(() => fleet.Server(Server).GetLogs(new LogQuery(Level: "loud")))).Field.ShouldBe("level");
    }

    [Fact]
    public async Task Process_tables_live_in_memory_and_database_reports_are_stored()
    {
        await using var fleet = await StartAsync();
        await fleet.Server(Server).Register(Registration("a"));
        var at = fleet.Time.GetUtcNow();
        await fleet.Server(Server).ReportProcesses(new ProcessTable(at, 300, 900, [.. Enumerable.Range(0, 300).Select(id => new ProcessRow(id, "p", null, double.NaN, 1, 1, "R", null, new string('c', 500), false))]));
        await fleet.Server(Server).ReportDatabase(new DatabaseReport("erp", "mariadb", "10.11", at, new Dictionary<string, string> { ["a"] = "b" }, new Dictionary<string, long>(), [], null));

        var table = (await fleet.Server(Server).GetProcesses()).ShouldNotBeNull();
        table.Processes.Count.ShouldBe(200);
        table.Processes[0].Command.Length.ShouldBe(256);
        await fleet.CrashAsync();
        (await fleet.Server(Server).GetProcesses()).ShouldBeNull();
        (await fleet.Server(Server).GetDatabases()).ShouldHaveSingleItem().Version.ShouldBe("10.11");
    }

    [Fact]
    public async Task A_deleted_server_takes_its_samples_logs_and_alarms_with_it()
    {
        await using var fleet = await StartAsync();
        await fleet.Server(Server).Register(Registration("a"));
        await fleet.SendAsync(Server, "db_up", 1);
        await fleet.SendAsync(Server, "disk_used_percent", 99, ("mount", "/"));
        await fleet.Server(Server).AppendLogs([new LogLine("1", fleet.Time.GetUtcNow(), "debug", "", "text", null)]);
        await fleet.UntilAsync("an alarm", async () =>
        {
            await fleet.SendAsync(Server, "disk_used_percent", 99, ("mount", "/"));
            return (await fleet.Book("acme").List(new AlarmQuery(true), new(10))).Total > 0;
        }, TimeSpan.FromMinutes(3), TimeSpan.FromSeconds(10));

        await fleet.Server(Server).Delete();

        await Should.ThrowAsync<NotFoundException>(() => fleet.Server(Server).Get());
        (await fleet.Book("acme").List(new AlarmQuery(true), new(10))).Items.ShouldBeEmpty();
        (await fleet.Site("acme/berlin").Get()).Servers.ShouldBe(0);
        await fleet.CrashAsync();
        await fleet.IntakeOf(Server).CatchUp();
        await fleet.Site("acme/berlin").EnsureServer("erp-01");
        (await fleet.Health(Server).ListMetrics()).ShouldBeEmpty("what the log still held was deleted too");
        (await fleet.Server(Server).GetLogs(new LogQuery())).ShouldBeEmpty();
        (await fleet.SendAsync(Server, "db_up", 1)).Accepted.ShouldBe(1);
        (await fleet.Health(Server).ListMetrics()).ShouldHaveSingleItem().Name.ShouldBe("db_up");
    }

    [Fact]
    public async Task A_site_that_is_deleted_while_the_silo_crashes_is_gone_once_it_is_looked_at()
    {
        await using var fleet = await StartAsync();
        await fleet.Server(Server).Register(Registration("a"));
        fleet.Storage.FailWritesOf("server");
        await fleet.Site("acme/berlin").Delete(null);
        (await fleet.Tenant("acme").ListSites(new(10))).Items.ShouldHaveSingleItem();
        await fleet.CrashAsync();
        fleet.Storage.FailWritesOf(null);

        await Should.ThrowAsync<NotFoundException>(() => fleet.Site("acme/berlin").Get());

        await fleet.UntilAsync("the deletion to end", async () => (await fleet.Tenant("acme").ListSites(new(10))).Items.Count == 0, TimeSpan.FromMinutes(1));
        await Should.ThrowAsync<NotFoundException>(() => fleet.Server(Server).Get());
    }

    static async Task<TestFleet> StartAsync()
    {
        var fleet = await TestFleet.StartAsync();
        await fleet.Tenant("acme").Create(new TenantDraft("Acme"));
        await fleet.Site("acme/berlin").Create(new SiteDraft("Berlin", TimeZone: "Europe/Berlin"));
        return fleet;
    }

    static ServerRegistration Registration(string host) => new("1.0", host, "Debian GNU/Linux 12", "6.1", "x64", "CPU", 8, 3000, 1L << 34, 0, null, [], ["10.0.0.1"], new Dictionary<string, string>());
}
