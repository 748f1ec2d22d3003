using Orrery.Interfaces;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Paging;
using Orrery.Interfaces.Sites;
using Orrery.Interfaces.Tenants;

namespace Orrery.Grains.Tests.Tenants;

public sealed class TenantTests
{
    static readonly PageRequest All = new(500);

    [Fact]
    public async Task A_created_tenant_is_listed_and_survives_a_crash()
    {
        await using var fleet = await TestFleet.StartAsync();
        var created = await fleet.Tenant("acme").Create(new TenantDraft("  Acme Ltd  ", "first customer"));
        created.Name.ShouldBe("Acme Ltd");
        created.Version.ShouldBe(1);

        await fleet.CrashAsync();

        (await fleet.Tenant("acme").Get()).ShouldBe(created);
        (await Directory(fleet).List(All)).Items.ShouldBe([created]);
    }

    [Fact]
    public async Task Changing_a_stale_version_is_refused_and_names_both_versions()
    {
        await using var fleet = await TestFleet.StartAsync();
        await fleet.Tenant("acme").Create(new TenantDraft("Acme"));
        await fleet.Tenant("acme").Update(new TenantDraft("Acme 2"), version: 1);

        var refused = await Should.ThrowAsync<VersionMismatchException>(() => fleet.Tenant("acme").Update(new TenantDraft("Acme 3"), version: 1));

        refused.Message.ShouldContain("version 2, not 1");
        (await fleet.Tenant("acme").Get()).Name.ShouldBe("Acme 2");
        (await fleet.Tenant("acme").Update(new TenantDraft("Acme 3"), version: null)).Version.ShouldBe(3);
        (await Directory(fleet).List(All)).Items.Single().Name.ShouldBe("Acme 3");
    }

    [Fact]
    public async Task A_tenant_cannot_be_created_twice_nor_with_a_bad_id_or_name()
    {
        await using var fleet = await TestFleet.StartAsync();
        await fleet.Tenant("acme").Create(new TenantDraft("Acme"));

        await Should.ThrowAsync<ConflictException>(() => fleet.Tenant("acme").Create(new TenantDraft("Acme")));
        (await Should.ThrowAsync<InvalidInputException>(() => fleet.Tenant("Acme Corp").Create(new TenantDraft("Acme")))).Field.ShouldBe("id");
        await Should.ThrowAsync<InvalidInputException>(() => fleet.Tenant(EntityKeys.Fleet).Create(new TenantDraft("Fleet")));
        (await Should.ThrowAsync<InvalidInputException>(() => fleet.Tenant("other").Create(new TenantDraft(" ")))).Field.ShouldBe("name");
        (await Should.ThrowAsync<InvalidInputException>(() => fleet.Tenant("other").Create(new TenantDraft(new string('x', 121))))).Message.ShouldContain("121");
        await Should.ThrowAsync<NotFoundException>(() => fleet.Tenant("other").Get());
        (await Directory(fleet).List(All)).Items.Select(tenant => tenant.Id).ShouldBe(["acme"]);
    }

    [Fact]
    public async Task A_tenant_with_sites_cannot_be_deleted_and_one_without_can()
    {
        await using var fleet = await TestFleet.StartAsync();
        await fleet.AddServerAsync("acme/berlin/erp-01");

        (await Should.ThrowAsync<ConflictException>(() => fleet.Tenant("acme").Delete(null))).Message.ShouldContain("1 sites");
        await fleet.Site("acme/berlin").Delete(null);
        await fleet.Tenant("acme").Delete(null);

        await Should.ThrowAsync<NotFoundException>(() => fleet.Tenant("acme").Get());
        (await Directory(fleet).List(All)).Items.ShouldBeEmpty();
        (await fleet.Tenant("acme").Create(new TenantDraft("Acme again"))).Version.ShouldBe(1);
    }

    [Fact]
    public async Task What_the_directory_missed_is_told_again_when_the_tenant_is_next_used()
    {
        await using var fleet = await TestFleet.StartAsync();
        await fleet.Tenant("acme").Create(new TenantDraft("Before"));
        fleet.Storage.FailWritesOf("tenantdirectory");
        await fleet.Tenant("acme").Update(new TenantDraft("After"), null);
        await fleet.CrashAsync();
        fleet.Storage.FailWritesOf(null);
        (await Directory(fleet).List(All)).Items.Single().Name.ShouldBe("Before");

        await fleet.Tenant("acme").Get();

        await fleet.UntilAsync("the directory to hear of it", async () => (await Directory(fleet).List(All)).Items.Single().Name == "After", TimeSpan.FromMinutes(1));
    }

    [Fact]
    public async Task A_write_that_fails_leaves_the_tenant_as_it_was_stored()
    {
        await using var fleet = await TestFleet.StartAsync();
        await fleet.Tenant("acme").Create(new TenantDraft("Before"));
        fleet.Storage.FailWritesOf("tenant");
        await Should.ThrowAsync<Exception>(() => fleet.Tenant("acme").Update(new TenantDraft("After"), null));
        fleet.Storage.FailWritesOf(null);

        (await fleet.Tenant("acme").Get()).Name.ShouldBe("Before");
        (await fleet.Tenant("acme").Update(new TenantDraft("Later"), 1)).Version.ShouldBe(2);
    }

    [Fact]
    public async Task Sites_of_a_tenant_are_bounded()
    {
        await using var fleet = await TestFleet.StartAsync(services => Microsoft.Extensions.DependencyInjection.OptionsServiceCollectionExtensions.Configure<Orrery.Grains.Tenants.TenantOptions>(services, options => options.SitesMax = 2));
        await fleet.Tenant("acme").Create(new TenantDraft("Acme"));
        await fleet.Site("acme/a").Create(new SiteDraft("A"));
        await fleet.Site("acme/b").Create(new SiteDraft("B"));

        await Should.ThrowAsync<LimitReachedException>(() => fleet.Site("acme/c").Create(new SiteDraft("C")));

        await Should.ThrowAsync<NotFoundException>(() => fleet.Site("acme/c").Get());
        (await fleet.Tenant("acme").Get()).Sites.ShouldBe(2);
    }

    [Fact]
    public async Task Pages_go_on_where_the_one_before_ended_and_searches_find_names()
    {
        await using var fleet = await TestFleet.StartAsync();
        foreach (string id in new[] { "delta", "alpha", "charlie", "bravo" })
            await fleet.Tenant(id).Create(new TenantDraft($"The {id} company"));

        var first = await Directory(fleet).List(new PageRequest(3));
        var second = await Directory(fleet).List(new PageRequest(3, first.Next));

        first.Items.Select(tenant => tenant.Id).ShouldBe(["alpha", "bravo", "charlie"]);
        second.Items.Select(tenant => tenant.Id).ShouldBe(["delta"]);
        second.Next.ShouldBeNull();
        first.Total.ShouldBe(4);
        (await Directory(fleet).List(new PageRequest(10, null, "CHARLIE co"))).Items.Single().Id.ShouldBe("charlie");
        (await Should.ThrowAsync<InvalidInputException>(() => Directory(fleet).List(new PageRequest(0)))).Field.ShouldBe("limit");
    }

    static ITenantDirectoryGrain Directory(TestFleet fleet) => fleet.Grains.GetGrain<ITenantDirectoryGrain>(EntityKeys.Fleet);
}
