using Orrery.Interfaces;
using Orrery.Interfaces.AccountSets;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Paging;
using Orrery.Interfaces.Products;
using Orrery.Interfaces.Sites;
using Orrery.Interfaces.Tenants;

namespace Orrery.Grains.Tests.AccountSets;

/// <summary>Account sets of sites: registered by people, reported by servers.</summary>
public sealed class AccountSetTests
{
    [Fact]
    public async Task What_a_server_reports_stands_beside_what_is_registered_and_drift_is_their_difference()
    {
        await using TestFleet fleet = await StartAsync();
        await Sets(fleet).Put("001", Facts("Head office", "9.2"), null);
        (await Summary(fleet)).Standing.ShouldBe(AccountSetStanding.Unreported);
        await Sets(fleet).Report("erp-01", [new("001", Facts("Head office", "9.2") with { Databases = [new("sqlserver", "db-1", "AIS001", 4_000)], Users = 31 })]);
        AccountSetInfo same = await Sets(fleet).Get("001");
        (same.Drift.Count, same.DriftSince, same.Reported!.Users, same.ReportedBy).ShouldBe((0, null, 31, "erp-01"));
        (await Summary(fleet)).ShouldSatisfyAllConditions(each => each.Standing.ShouldBe(AccountSetStanding.Agreed), each => each.SizeBytes.ShouldBe(4_000));
        DateTimeOffset since = fleet.Time.GetUtcNow();
        await Sets(fleet).Report("erp-01", [new("001", Facts("Head office", "9.3"))]);
        fleet.Time.Advance(TimeSpan.FromHours(1));
        await Sets(fleet).Report("erp-01", [new("001", Facts("Head office", "9.3"))]);
        await fleet.CrashAsync();
        AccountSetInfo drifted = await Sets(fleet).Get("001");
        drifted.Drift.ShouldBe([new AccountSetDifference("version", "9.2", "9.3")]);
        drifted.DriftSince.ShouldBe(since);
        await Sets(fleet).Put("001", Facts("Head office", "9.3"), drifted.Version);
        (await Sets(fleet).Get("001")).DriftSince.ShouldBeNull();
    }

    [Fact]
    public async Task What_a_server_reports_no_more_goes_and_what_is_registered_stays()
    {
        await using TestFleet fleet = await StartAsync();
        await Sets(fleet).Put("001", Facts("Head office"), null);
        await Sets(fleet).Report("erp-01", [new("001", Facts("Head office")), new("002", Facts("Test"))]);
        await Sets(fleet).Report("erp-02", [new("003", Facts("Branch"))]);
        (await Listed(fleet)).Select(static each => each.Standing).ShouldBe([AccountSetStanding.Agreed, AccountSetStanding.Unregistered, AccountSetStanding.Unregistered]);
        await Should.ThrowAsync<ConflictException>(() => Sets(fleet).Delete("002", null));
        await Sets(fleet).Report("erp-01", []);
        (await Listed(fleet)).Select(static each => (each.Key, each.Standing)).ShouldBe([("acme/berlin/001", AccountSetStanding.Unreported), ("acme/berlin/003", AccountSetStanding.Unregistered)]);
        await Sets(fleet).Delete("001", null);
        (await Sets(fleet).List()).Select(static each => each.Number).ShouldBe(["003"]);
    }

    [Fact]
    public async Task A_stale_write_and_what_cannot_be_are_refused()
    {
        await using TestFleet fleet = await StartAsync();
        AccountSetInfo put = await Sets(fleet).Put("001", Facts("Head office"), null);
        await Sets(fleet).Put("001", Facts("Office"), put.Version);
        await Should.ThrowAsync<VersionMismatchException>(() => Sets(fleet).Put("001", Facts("Other"), put.Version));
        await Should.ThrowAsync<NotFoundException>(() => fleet.Grains.GetGrain<IAccountSetsGrain>("acme/nowhere").Put("001", Facts("x"), null));
        foreach ((string field, AccountSetFacts facts) in new[]
        {
            ("name", Facts(" ")), ("version", Facts("x") with { Product = null, Version = "1" }), ("users", Facts("x") with { Users = -1 }),
            ("databases[0].kind", Facts("x") with { Databases = [new("access", "a", "b", null)] }), ("databases[0].sizeBytes", Facts("x") with { Databases = [new("mysql", "a", "b", -1)] }),
            ("databases[0].server", Facts("x") with { Databases = [new("mysql", "", "b", 1)] }),
        })
            (await Should.ThrowAsync<InvalidInputException>(() => Sets(fleet).Put("001", facts, null))).Field.ShouldBe(field);
        await fleet.Grains.GetGrain<IProductsGrain>(EntityKeys.Fleet).Put("cloud-galaxy", new ProductDraft("Galaxy", null, [], [new("9.2")]), null);
        (await Should.ThrowAsync<InvalidInputException>(() => Sets(fleet).Put("001", Facts("x", "9.9"), null))).Message.ShouldContain("'9.9'");
        // A report is what is there, registered or not.
        await Sets(fleet).Report("erp-01", [new("001", Facts("x", "9.9"))]);
        (await Should.ThrowAsync<InvalidInputException>(() => Sets(fleet).Report("erp-01", [new("001", Facts("x")), new("001", Facts("y"))]))).Field.ShouldBe("accountSets");
    }

    [Fact]
    public async Task Lists_are_filtered_and_a_deleted_sites_are_gone()
    {
        await using TestFleet fleet = await StartAsync();
        DateTimeOffset now = fleet.Time.GetUtcNow();
        await Sets(fleet).Put("001", Facts("Head office", "9.2") with { LastBackupAt = now }, null);
        await Sets(fleet).Put("002", Facts("Branch", "8.0") with { LastBackupAt = now.AddDays(-9) }, null);
        (await Listed(fleet, new AccountSetFilter(Version: "8.0"))).ShouldHaveSingleItem().Name.ShouldBe("Branch");
        (await Listed(fleet, new AccountSetFilter(Versions: ["cloud-galaxy 9.2"]))).ShouldHaveSingleItem().Name.ShouldBe("Head office");
        (await Listed(fleet, new AccountSetFilter(BackupBefore: now.AddDays(-7)))).ShouldHaveSingleItem().Name.ShouldBe("Branch");
        (await Listed(fleet, new AccountSetFilter("globex"))).ShouldBeEmpty();
        (await Listed(fleet, new AccountSetFilter("acme"), "AIS0")).Count.ShouldBe(2);
        await fleet.Site("acme/berlin").Delete(null);
        (await Listed(fleet)).ShouldBeEmpty();
    }

    static async Task<TestFleet> StartAsync()
    {
        TestFleet fleet = await TestFleet.StartAsync();
        await fleet.Tenant("acme").Create(new TenantDraft("Acme"));
        await fleet.Site("acme/berlin").Create(new SiteDraft("Berlin"));
        return fleet;
    }

    static IAccountSetsGrain Sets(TestFleet fleet) => fleet.Grains.GetGrain<IAccountSetsGrain>("acme/berlin");

    static AccountSetFacts Facts(string name, string? version = null) => new(name, "cloud-galaxy", version, AccountSetState.Active, [new("sqlserver", "db-1", "AIS001", null)], null, null);

    static async Task<AccountSetSummary> Summary(TestFleet fleet) => (await Listed(fleet)).ShouldHaveSingleItem();

    static async Task<IReadOnlyList<AccountSetSummary>> Listed(TestFleet fleet, AccountSetFilter? filter = null, string? search = null) =>
        (await fleet.Grains.GetGrain<IAccountSetShardGrain>(AccountSetShards.KeyOf("acme/berlin")).List(new PageRequest(Search: search), filter ?? new AccountSetFilter())).Items;
}
