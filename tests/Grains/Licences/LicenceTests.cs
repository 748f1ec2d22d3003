using Orrery.Interfaces;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Licences;
using Orrery.Interfaces.Paging;
using Orrery.Interfaces.Tenants;

namespace Orrery.Grains.Tests.Licences;

/// <summary>Licences as the vendor keeps them: issued, renewed, revoked, counted.</summary>
public sealed class LicenceTests
{
    [Fact]
    public async Task A_licence_is_issued_renewed_and_revoked_by_its_version_and_outlives_a_crash()
    {
        await using TestFleet fleet = await StartAsync();
        ILicenceGrain licence = Licence(fleet);
        LicenceInfo issued = await licence.Put(Terms(fleet), "ann", null);
        (issued.Revision, issued.State, issued.Customer, issued.IssuedBy).ShouldBe((1, LicenceState.Active, "Acme", "ann"));
        LicenceInfo renewed = await licence.Put(Terms(fleet) with { Users = 80 }, "bob", issued.Version);
        renewed.Revision.ShouldBe(2);
        await Should.ThrowAsync<VersionMismatchException>(() => licence.Put(Terms(fleet), "eve", issued.Version));
        await Should.ThrowAsync<InvalidInputException>(() => licence.Revoke(" ", "eve", null));
        LicenceInfo revoked = await licence.Revoke("not paid", "cat", renewed.Version);
        (revoked.State, revoked.Revoked!.Reason).ShouldBe((LicenceState.Revoked, "not paid"));
        await Should.ThrowAsync<ConflictException>(() => licence.Revoke("again", "cat", null));
        await fleet.CrashAsync();
        LicenceInfo kept = await Licence(fleet).Get();
        (kept.Revoked, kept.Version, kept.Terms.Users).ShouldBe((revoked.Revoked, revoked.Version, revoked.Terms.Users));
        (await Licence(fleet).Revisions()).Select(static one => (one.Revision, one.By)).ShouldBe([(2, "bob"), (1, "ann")]);
        (await Licence(fleet).Put(Terms(fleet), "ann", null)).State.ShouldBe(LicenceState.Active, "a revision that came after the revocation holds");
    }

    [Fact]
    public async Task Its_state_follows_the_clock()
    {
        await using TestFleet fleet = await StartAsync();
        DateTimeOffset now = fleet.Time.GetUtcNow();
        await Licence(fleet).Put(Terms(fleet) with { ValidFrom = now.AddDays(1), Expires = now.AddDays(10), GraceDays = 2 }, "ann", null);
        foreach ((int days, LicenceState expected) in new[] { (0, LicenceState.Future), (1, LicenceState.Active), (8, LicenceState.Active), (1, LicenceState.Grace), (2, LicenceState.Expired) })
        {
            fleet.Time.Advance(TimeSpan.FromDays(days));
            (await Licence(fleet).Get()).State.ShouldBe(expected);
        }
    }

    [Fact]
    public async Task Terms_that_cannot_be_are_refused_with_their_field()
    {
        await using TestFleet fleet = await StartAsync();
        LicenceTerms good = Terms(fleet);
        foreach ((string field, LicenceTerms terms) in new[]
        {
            ("product", good with { Product = "Cloud Galaxy" }), ("expires", good with { Expires = good.ValidFrom }), ("graceDays", good with { GraceDays = 366 }), ("users", good with { Users = 0 }),
            ("modules", good with { Modules = [] }), ("modules", good with { Modules = [new("pos"), new("pos")] }), ("modules[0].name", good with { Modules = [new("p\nos")] }), ("modules[0].users", good with { Modules = [new("pos", -1)] }),
            ("sites[0]", good with { Sites = ["a/b"] }), ("versions", good with { Versions = "9\nusers: any" }),
        })
            (await Should.ThrowAsync<InvalidInputException>(() => Licence(fleet).Put(terms, "ann", null))).Field.ShouldBe(field);
        (await fleet.Grains.GetGrain<ILicenceDirectoryGrain>("acme").List(new PageRequest(), null)).Items.ShouldBeEmpty();
        await Should.ThrowAsync<NotFoundException>(() => fleet.Grains.GetGrain<ILicenceGrain>("nobody/erp").Put(good, "ann", null));
        await Should.ThrowAsync<NotFoundException>(() => Licence(fleet).Put(good, "ann", 3));
    }

    [Fact]
    public async Task What_servers_use_is_summed_up_against_the_grant_and_its_peaks_are_kept()
    {
        await using TestFleet fleet = await StartAsync();
        await Licence(fleet).Put(Terms(fleet), "ann", null);
        await Licence(fleet).Use("acme/berlin/erp-01", new LicenceUse(30, new Dictionary<string, int> { ["finance"] = 8 }));
        await Licence(fleet).Use("acme/berlin/erp-02", new LicenceUse(15, new Dictionary<string, int> { ["finance"] = 3, ["payroll"] = 1 }));
        LicenceUsage usage = await Licence(fleet).Usage();
        (usage.Users, usage.Granted, usage.IsOver).ShouldBe((45, 50, true));
        usage.Modules.Select(static module => (module.Name, module.Users, module.Granted, module.IsOver)).ShouldBe([("finance", 11, (int?)10, true), ("pos", 0, 50, false), ("payroll", 1, 0, true)]);
        (await Summary(fleet)).ShouldSatisfyAllConditions(one => one.UsersInUse.ShouldBe(45), one => one.IsOver.ShouldBeTrue());
        await fleet.CrashAsync();
        fleet.Time.Advance(TimeSpan.FromHours(25));
        await Licence(fleet).Use("acme/berlin/erp-01", new LicenceUse(5, new Dictionary<string, int>()));
        usage = await Licence(fleet).Usage();
        (usage.Users, usage.IsOver).ShouldBe((5, false), "a server that is silent for a day counts no more");
        usage.Peaks.Select(static peak => peak.Users).ShouldBe([45, 5]);
        (await Should.ThrowAsync<InvalidInputException>(() => Licence(fleet).Use("acme/berlin/erp-01", new LicenceUse(-1, new Dictionary<string, int>())))).Field.ShouldBe("users");
    }

    [Fact]
    public async Task All_that_end_soon_are_found_over_all_tenants_and_a_deleted_tenants_are_gone()
    {
        await using TestFleet fleet = await StartAsync();
        await fleet.Tenant("globex").Create(new TenantDraft("Globex"));
        DateTimeOffset now = fleet.Time.GetUtcNow();
        await Licence(fleet).Put(Terms(fleet), "ann", null);
        await Licence(fleet, "acme/short").Put(Terms(fleet) with { Expires = now.AddDays(20) }, "ann", null);
        await Licence(fleet, "globex/short").Put(Terms(fleet) with { Expires = now.AddDays(20) }, "ann", null);
        await Licence(fleet, "globex/taken-back").Put(Terms(fleet) with { Expires = now.AddDays(20) }, "ann", null);
        await Licence(fleet, "globex/taken-back").Revoke("not paid", "ann", null);
        ILicenceDirectoryGrain all = fleet.Grains.GetGrain<ILicenceDirectoryGrain>(EntityKeys.Fleet);
        (await all.List(new PageRequest(), 30)).Items.Select(static one => one.Key).ShouldBe(["acme/short", "globex/short"]);
        (await all.List(new PageRequest(Search: "glob"), null)).Total.ShouldBe(2);
        await fleet.Tenant("globex").Delete(null);
        (await all.List(new PageRequest(), null)).Items.Select(static one => one.Key).ShouldBe(["acme/erp", "acme/short"]);
        await Should.ThrowAsync<NotFoundException>(() => Licence(fleet, "globex/short").Get());
    }

    [Fact]
    public async Task A_key_is_kept_over_a_crash_and_a_new_one_signs_from_then_on()
    {
        await using TestFleet fleet = await StartAsync();
        IReadOnlyList<LicenceKey> first = await fleet.Grains.GetGrain<ILicenceSignerGrain>(EntityKeys.Fleet).Keys();
        await fleet.CrashAsync();
        ILicenceSignerGrain signer = fleet.Grains.GetGrain<ILicenceSignerGrain>(EntityKeys.Fleet);
        (await signer.Keys()).ShouldBe(first);
        (await signer.Sign("x: 1\n")).ShouldStartWith("x: 1\nsignature: k1 ");
        (await signer.Rotate()).Select(static key => (key.Id, key.SignsNow)).ShouldBe([("k2", true), ("k1", false)]);
        (await signer.Sign("x: 1\n")).ShouldStartWith("x: 1\nsignature: k2 ");
    }

    static async Task<TestFleet> StartAsync()
    {
        TestFleet fleet = await TestFleet.StartAsync();
        await fleet.Tenant("acme").Create(new TenantDraft("Acme"));
        return fleet;
    }

    static ILicenceGrain Licence(TestFleet fleet, string key = "acme/erp") => fleet.Grains.GetGrain<ILicenceGrain>(key);

    static async Task<LicenceSummary> Summary(TestFleet fleet) => (await fleet.Grains.GetGrain<ILicenceDirectoryGrain>("acme").List(new PageRequest(), null)).Items.ShouldHaveSingleItem();

    static LicenceTerms Terms(TestFleet fleet) => new("cloud-galaxy", "9.*", fleet.Time.GetUtcNow(), fleet.Time.GetUtcNow().AddYears(1), 14, 50, [new("finance", 10), new("pos")], ["berlin"]);
}
