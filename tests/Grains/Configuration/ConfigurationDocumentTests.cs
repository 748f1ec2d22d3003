using System.Text.Json;
using Orrery.Interfaces;
using Orrery.Interfaces.Configuration;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Health;
using Orrery.Interfaces.Tenants;

namespace Orrery.Grains.Tests.Configuration;

/// <summary>A document from its layers to what servers are to have, its changes, and roll-outs that health stops.</summary>
public sealed class ConfigurationDocumentTests
{
    const string Name = "erp/pos", Server = "acme/berlin/pos-1", Secret = "swordfish-31";

    [Fact]
    public async Task A_server_has_the_merge_of_all_layers_of_its_chain_and_null_removes()
    {
        await using TestFleet fleet = await StartAsync();
        (IConfigurationDocumentGrain vendor, IConfigurationDocumentGrain acme) = await DefineAsync(fleet, new ConfigurationDefinition());
        await vendor.Write("product", Edit("""{"port":1,"print":{"copies":1,"logo":"a"},"old":true}"""), "ann", null);
        await vendor.Write("version:4.2", Edit("""{"old":null,"new":true}"""), "ann", null);
        await acme.Write("tenant", Edit("""{"print":{"copies":2}}"""), "bob", null);
        await acme.Write("site:berlin", Edit("""{"print":{"logo":null}}"""), "bob", null);
        await acme.Write("server:berlin:pos-1", Edit("""{"port":9}"""), "bob", null);
        ConfigurationEffective effective = await acme.Effective(new ConfigurationReader(Server, "4.2", ""));
        effective.Values.ShouldBe([new("/port", "9", "server:berlin:pos-1"), new("/print/copies", "2", "tenant"), new("/new", "true", "version:4.2")], ignoreOrder: true);
        (await TextAsync(acme, Server)).ShouldContain("\"old\": true");
        (await TextAsync(acme, "acme/rome/pos-7")).ShouldContain("\"logo\": \"a\"");
        // Another tenant has the vendor's layers and nothing of this one's.
        (await TextAsync(Part(fleet, "globex"), "globex/york/pos-1")).ShouldContain("\"copies\": 1");
        await Should.ThrowAsync<NotFoundException>(() => Part(fleet, "globex").Resolve([new ConfigurationReader(Server, "", "")], null, -1));
        await Should.ThrowAsync<NotFoundException>(() => acme.Write("product", Edit("{}"), "bob", null));
        await Should.ThrowAsync<NotFoundException>(() => vendor.Write("tenant", Edit("{}"), "ann", null));
    }

    [Fact]
    public async Task Who_writes_over_a_version_that_was_not_seen_is_told_the_difference()
    {
        await using TestFleet fleet = await StartAsync();
        (IConfigurationDocumentGrain vendor, _) = await DefineAsync(fleet, new ConfigurationDefinition());
        ConfigurationChange first = await vendor.Write("product", Edit("""{"port":1,"mode":"a"}"""), "ann", null);
        await vendor.Write("product", Edit("""{"port":2,"mode":"a"}"""), "bob", first.Version);
        ConfigurationConflictException conflict = await Should.ThrowAsync<ConfigurationConflictException>(() => vendor.Write("product", Edit("""{"port":3}"""), "ann", first.Version));
        conflict.Version.ShouldBe(2);
        conflict.Differences.ShouldBe([new("/port", "1", "2")]);
        (await Should.ThrowAsync<ConfigurationConflictException>(() => vendor.Write("product", Edit("{}"), "ann", null))).Differences.Count.ShouldBe(2);
        // A rollback is a further version.
        ConfigurationChange back = await vendor.Rollback("product", first.Version, null, "ann", 2);
        back.ShouldSatisfyAllConditions(change => change.Version.ShouldBe(3), change => change.RollbackOf.ShouldBe(1), change => change.State.ShouldBe(ConfigurationChangeState.Live));
        (await vendor.Layer("product")).Text.ShouldBe("""{"port":1,"mode":"a"}""");
        (await vendor.History(null, 10)).Select(static change => change.Version).ShouldBe([3, 2, 1]);
        (await vendor.Compare(2, 3)).ShouldBe([new("/port", "2", "1")]);
    }

    [Fact]
    public async Task What_violates_the_schema_is_refused_with_its_place_and_never_reaches_a_server()
    {
        await using TestFleet fleet = await StartAsync();
        (IConfigurationDocumentGrain vendor, IConfigurationDocumentGrain acme) = await DefineAsync(fleet, new ConfigurationDefinition
        {
            Schema = """{"type":"object","required":["host"],"properties":{"host":{"type":"string"},"port":{"type":"integer","maximum":65535}}}""",
        });
        await vendor.Write("product", Edit("""{"port":1}"""), "ann", null);
        (await Should.ThrowAsync<InvalidInputException>(() => vendor.Write("product", Edit("""{"port":70000}"""), "ann", 1))).Message.ShouldContain("/port");
        (await acme.Resolve([new ConfigurationReader(Server, "", "")], null, -1)).Contents.ShouldHaveSingleItem().ShouldSatisfyAllConditions(content => content.Text.ShouldBeNull(), content => content.Problem!.ShouldContain("/host"));
        await acme.Write("site:berlin", Edit("""{"host":"db"}"""), "bob", null);
        (await TextAsync(acme, Server)).ShouldContain("db");
        await ReportAsync(acme, Server);
        // A server that is known and has a whole value keeps one.
        (await Should.ThrowAsync<InvalidInputException>(() => acme.Write("server:berlin:pos-1", Edit("""{"host":null}"""), "bob", null))).Message.ShouldContain(Server);
        await Should.ThrowAsync<InvalidInputException>(() => vendor.Define(new ConfigurationDefinition { Format = ConfigurationFormat.Yaml }, "ann", null));
    }

    [Fact]
    public async Task A_secret_reaches_servers_and_nothing_that_people_see_or_storage_holds()
    {
        await using TestFleet fleet = await StartAsync();
        (IConfigurationDocumentGrain vendor, IConfigurationDocumentGrain acme) = await DefineAsync(fleet, new ConfigurationDefinition { Secrets = ["/db/password", "/users/*/token"] });
        string text = """{"db":{"host":"a","password":"SECRET"},"users":{"eve":{"token":"SECRET2"}}}""".Replace("SECRET", Secret, StringComparison.Ordinal);
        ConfigurationChange first = await vendor.Write("product", Edit(text), "ann", null);
        string shown = (await vendor.Layer("product")).Text;
        shown.ShouldContain("(secret, version 1)");
        (await TextAsync(acme, Server)).ShouldContain(Secret);
        // Sent as it is shown it stays; a new one shows as new.
        await vendor.Write("product", Edit(shown.Replace("\"a\"", "\"b\"", StringComparison.Ordinal)), "ann", first.Version);
        (await TextAsync(acme, Server)).ShouldSatisfyAllConditions(value => value.ShouldContain(Secret), value => value.ShouldContain("\"b\""));
        await vendor.Write("product", Edit(text.Replace("31", "32", StringComparison.Ordinal)), "ann", 2);
        (await vendor.Version(3)).Differences.Select(static each => each.Path).ShouldBe(["/db/host", "/db/password", "/users/eve/token"]);
        // A placeholder carries no secret to another place.
        await Should.ThrowAsync<InvalidInputException>(() => vendor.Write("product", Edit("""{"users":{"mallory":{"token":"(secret, version 3)"}}}"""), "ann", 3));
        await vendor.Write("product", Edit("""{"note":"(secret, version 3)"}"""), "ann", 3);
        (await TextAsync(acme, Server)).ShouldNotContain("swordfish");
        await vendor.Rollback("product", 3, null, "ann", 4);
        (await TextAsync(acme, Server)).ShouldContain("swordfish-32");
        object[] seen =
        [
            await vendor.Get(), await vendor.Layer("product"), await vendor.History(null, 100), await vendor.Version(3), await vendor.Compare(1, 3), await vendor.Base(), await acme.Effective(new ConfigurationReader(Server, "", "")),
        ];
        foreach (object value in seen)
            JsonSerializer.Serialize(value).ShouldNotContain("swordfish", Case.Insensitive);
        fleet.Logs.Problems.ShouldAllBe(line => !line.Contains("swordfish", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_change_waits_for_another_user_where_the_namespace_asks_for_it_and_not_for_ever()
    {
        await using TestFleet fleet = await StartAsync();
        (IConfigurationDocumentGrain vendor, IConfigurationDocumentGrain acme) = await DefineAsync(fleet, new ConfigurationDefinition());
        await fleet.Grains.GetGrain<IConfigurationDirectoryGrain>(EntityKeys.Fleet).SetNamespace("erp", new ConfigurationNamespace(NeedsApproval: true));
        ConfigurationChange draft = await vendor.Write("product", Edit("""{"port":1}""") with { IsDraft = true }, "ann", null);
        draft.State.ShouldBe(ConfigurationChangeState.Draft);
        (await vendor.Start(draft.Version, null, "ann")).State.ShouldBe(ConfigurationChangeState.Waiting);
        (await TextAsync(acme, Server)).ShouldNotContain("port");
        await Should.ThrowAsync<ConflictException>(() => vendor.Approve(draft.Version, "ann"));
        (await Should.ThrowAsync<ConfigurationConflictException>(() => vendor.Write("product", Edit("{}"), "bob", null))).Differences.ShouldBe([new("/port", null, "1")]);
        (await vendor.Approve(draft.Version, "bob")).ShouldSatisfyAllConditions(change => change.State.ShouldBe(ConfigurationChangeState.Live), change => change.ApprovedBy.ShouldBe("bob"));
        (await TextAsync(acme, Server)).ShouldContain("port");
        ConfigurationChange forgotten = await vendor.Write("product", Edit("{}"), "ann", draft.Version);
        forgotten.State.ShouldBe(ConfigurationChangeState.Waiting);
        await fleet.UntilAsync("nobody approved it", async () => (await vendor.History(null, 1))[0].State == ConfigurationChangeState.Rejected, TimeSpan.FromDays(31), TimeSpan.FromHours(12));
    }

    [Fact]
    public async Task A_wave_reaches_its_servers_alone_and_health_lets_the_next_one_begin()
    {
        await using TestFleet fleet = await StartAsync();
        (IConfigurationDocumentGrain vendor, IConfigurationDocumentGrain acme) = await DefineAsync(fleet, new ConfigurationDefinition());
        await vendor.Write("product", Edit("""{"port":1}"""), "ann", null);
        foreach (string server in new[] { Server, "acme/berlin/pos-2" })
            await ReportAsync(acme, server, server == Server ? "pilot" : "");
        ConfigurationChange change = await vendor.Write("product", Edit("""{"port":2}""") with { Rollout = Waves(new(0, 10, "pilot"), new(100, 10)) }, "ann", 1);
        change.ShouldSatisfyAllConditions(each => each.State.ShouldBe(ConfigurationChangeState.Rolling), each => each.Wave.ShouldBe(1), each => each.Baseline!.Servers.ShouldBe(1), each => each.EndsAt.ShouldNotBeNull());
        (await TextAsync(acme, Server, "pilot")).ShouldContain("2");
        (await TextAsync(acme, "acme/berlin/pos-2")).ShouldContain("1");
        // A crash in its midst leaves it where it was.
        await fleet.CrashAsync();
        (vendor, acme) = (Part(fleet, EntityKeys.Fleet), Part(fleet, "acme"));
        (await TextAsync(acme, Server, "pilot")).ShouldContain("2");
        (await TextAsync(acme, "acme/berlin/pos-2")).ShouldContain("1");
        await fleet.UntilAsync("the second wave began", async () => (await vendor.History(null, 1))[0].Wave == 2, TimeSpan.FromMinutes(15), TimeSpan.FromSeconds(10));
        (await TextAsync(acme, "acme/berlin/pos-2")).ShouldContain("2");
        await fleet.UntilAsync("all have it", async () => (await vendor.History(null, 1))[0].State == ConfigurationChangeState.Live, TimeSpan.FromMinutes(15), TimeSpan.FromSeconds(10));
        (await vendor.Layer("product")).ShouldSatisfyAllConditions(layer => layer.Version.ShouldBe(2), layer => layer.Open.ShouldBeNull());
    }

    [Fact]
    public async Task A_canary_that_worsens_health_returns_by_itself_as_a_further_version()
    {
        await using TestFleet fleet = await StartAsync();
        (IConfigurationDocumentGrain vendor, IConfigurationDocumentGrain acme) = await DefineAsync(fleet, new ConfigurationDefinition());
        ITenantHealthGrain health = fleet.Grains.GetGrain<ITenantHealthGrain>("acme");
        await vendor.Write("product", Edit("""{"port":1}"""), "ann", null);
        await ReportAsync(acme, Server, "pilot");
        await health.Report(Server, Health(95, HealthStatus.Healthy));
        ConfigurationChange change = await vendor.Write("product", Edit("""{"port":2}""") with { Rollout = Waves(new(0, 30, "pilot"), new(100, 30)) }, "ann", 1);
        change.Baseline!.Score.ShouldBe(95);
        (await TextAsync(acme, Server, "pilot")).ShouldContain("2");
        await ReportAsync(acme, Server, "pilot");
        await health.Report(Server, Health(60, HealthStatus.Degraded));
        await fleet.UntilAsync("it returns", async () => (await vendor.Version(2)).Change.State == ConfigurationChangeState.Returned, TimeSpan.FromMinutes(1));
        (await vendor.Version(2)).Change.Reason!.ShouldContain("from 95 to 60");
        (await vendor.History(null, 1))[0].ShouldSatisfyAllConditions(back => back.Version.ShouldBe(3), back => back.RollbackOf.ShouldBe(1), back => back.State.ShouldBe(ConfigurationChangeState.Live));
        (await TextAsync(acme, Server, "pilot")).ShouldContain("1");
        (await acme.Servers(null)).ShouldHaveSingleItem().DriftSince.ShouldNotBeNull("it still reports the value that was taken back");
        await ReportAsync(acme, Server, "pilot");
        (await acme.Servers(null)).ShouldHaveSingleItem().DriftSince.ShouldBeNull();
    }

    [Fact]
    public async Task A_server_that_cannot_take_the_value_stops_the_roll_out()
    {
        await using TestFleet fleet = await StartAsync();
        (IConfigurationDocumentGrain vendor, IConfigurationDocumentGrain acme) = await DefineAsync(fleet, new ConfigurationDefinition());
        await ReportAsync(acme, Server);
        await vendor.Write("product", Edit("""{"port":2}""") with { Rollout = Waves(new ConfigurationWave(100, 30)) }, "ann", null);
        await acme.Report(new ConfigurationReport(new ConfigurationReader(Server, "", ""), "0.0", "other", "the disk is full"));
        await fleet.UntilAsync("it returns", async () => (await vendor.Version(1)).Change.State == ConfigurationChangeState.Returned, TimeSpan.FromMinutes(1));
        (await vendor.Version(1)).Change.Reason!.ShouldContain("1 of 1 servers cannot take");
    }

    [Fact]
    public async Task News_of_changes_come_to_who_waits_and_say_when_they_cannot_be_whole()
    {
        await using TestFleet fleet = await StartAsync();
        (IConfigurationDocumentGrain vendor, _) = await DefineAsync(fleet, new ConfigurationDefinition());
        IConfigurationDirectoryGrain directory = fleet.Grains.GetGrain<IConfigurationDirectoryGrain>(EntityKeys.Fleet);
        ConfigurationNews first = await directory.Next(null, 20);
        first.IsWhole.ShouldBeFalse();
        Task<ConfigurationNews> waiting = directory.Next(first.Cursor, 20);
        waiting.IsCompleted.ShouldBeFalse();
        await vendor.Write("product", Edit("{}"), "ann", null);
        (await waiting).ShouldSatisfyAllConditions(news => news.IsWhole.ShouldBeTrue(), news => news.Changes.Keys.ShouldBe(["fleet/erp/pos"]));
        await fleet.CrashAsync();
        (await fleet.Grains.GetGrain<IConfigurationDirectoryGrain>(EntityKeys.Fleet).Next((await waiting).Cursor, 0)).IsWhole.ShouldBeFalse();
    }

    [Fact]
    public async Task A_tenant_that_is_deleted_takes_its_layers_along()
    {
        await using TestFleet fleet = await StartAsync();
        (_, IConfigurationDocumentGrain acme) = await DefineAsync(fleet, new ConfigurationDefinition());
        await acme.Write("tenant", Edit("""{"port":7}"""), "bob", null);
        await fleet.Tenant("acme").Delete(null);
        await fleet.Tenant("acme").Create(new TenantDraft("Another"));
        (await TextAsync(Part(fleet, "acme"), Server)).ShouldNotContain("7");
        (await Part(fleet, "acme").History(null, 10)).ShouldBeEmpty();
    }

    static async Task<TestFleet> StartAsync()
    {
        TestFleet fleet = await TestFleet.StartAsync();
        await fleet.Tenant("acme").Create(new TenantDraft("Acme"));
        return fleet;
    }

    static async Task<(IConfigurationDocumentGrain Vendor, IConfigurationDocumentGrain Acme)> DefineAsync(TestFleet fleet, ConfigurationDefinition definition)
    {
        await Part(fleet, EntityKeys.Fleet).Define(definition, "ann", null);
        return (Part(fleet, EntityKeys.Fleet), Part(fleet, "acme"));
    }

    static IConfigurationDocumentGrain Part(TestFleet fleet, string owner) => fleet.Grains.GetGrain<IConfigurationDocumentGrain>(ConfigurationKeys.Of(owner, Name));

    static ConfigurationEdit Edit(string text) => new() { Text = text };

    static ConfigurationRollout Waves(params ConfigurationWave[] waves) => new() { Waves = waves };

    static async Task<string> TextAsync(IConfigurationDocumentGrain acme, string server, string tag = "") => (await acme.Resolve([new ConfigurationReader(server, "", tag)], null, -1)).Contents[0].Text!;

    /// <summary>The server says that it has what it is to have.</summary>
    static async Task ReportAsync(IConfigurationDocumentGrain acme, string server, string tag = "")
    {
        var reader = new ConfigurationReader(server, "", tag);
        ConfigurationContent content = (await acme.Resolve([reader], null, -1)).Contents[0];
        await acme.Report(new ConfigurationReport(reader, content.Mark, content.Digest, null));
    }

    static HealthSummary Health(int score, HealthStatus status) => new(Server, score, status, [], null, null, new Dictionary<string, double>(), 0, DateTimeOffset.UnixEpoch);
}
