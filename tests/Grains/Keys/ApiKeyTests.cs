using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Keys;
using Orrery.Interfaces.Sites;
using Orrery.Interfaces.Tenants;

namespace Orrery.Grains.Tests.Keys;

public sealed class ApiKeyTests
{
    const string Site = "acme/berlin";

    [Fact]
    public async Task A_key_opens_its_site_with_its_secret_only_and_also_after_a_crash()
    {
        await using var fleet = await StartAsync();
        var created = await Key(fleet, "k001").Create(Site, "Agent", null, "ada");
        string secret = created.Text["ok_k001_".Length..];

        await fleet.CrashAsync();

        (await Key(fleet, "k001").Verify(secret)).ShouldBe(created.Info);
        (await Key(fleet, "k001").Verify(secret + "x")).ShouldBeNull();
        (await Key(fleet, "k001").Verify("")).ShouldBeNull();
        (await Key(fleet, "k001").Verify(new string('x', 100_000))).ShouldBeNull();
        (await Key(fleet, "k002").Verify(secret)).ShouldBeNull();
        (await List(fleet)).ShouldBe([created.Info]);
    }

    [Fact]
    public async Task A_revoked_key_opens_nothing_and_stays_listed()
    {
        await using var fleet = await StartAsync();
        var created = await Key(fleet, "k001").Create(Site, "Agent", "a-chosen-secret-0123", "ada");
        created.Text.ShouldBe("ok_k001_a-chosen-secret-0123");

        await Key(fleet, "k001").Revoke();
        await Key(fleet, "k001").Revoke();

        (await Key(fleet, "k001").Verify("a-chosen-secret-0123")).ShouldBeNull();
        (await List(fleet)).ShouldHaveSingleItem().RevokedAt.ShouldNotBeNull();
        await Should.ThrowAsync<NotFoundException>(() => Key(fleet, "k002").Revoke());
    }

    [Fact]
    public async Task A_key_needs_a_site_a_name_a_good_id_and_a_secret_that_is_long_enough()
    {
        await using var fleet = await StartAsync();

        await Should.ThrowAsync<NotFoundException>(() => Key(fleet, "k001").Create("acme/nowhere", "Agent", null, "ada"));
        (await Key(fleet, "k001").Verify("")).ShouldBeNull();
        (await Should.ThrowAsync<InvalidInputException>(() => Key(fleet, "k001").Create(Site, "", null, "ada"))).Field.ShouldBe("name");
        (await Should.ThrowAsync<InvalidInputException>(() => Key(fleet, "k001").Create(Site, "Agent", "short", "ada"))).Message.ShouldNotContain("short");
        (await Should.ThrowAsync<InvalidInputException>(() => Key(fleet, "k_001").Create(Site, "Agent", null, "ada"))).Field.ShouldBe("id");
        await Key(fleet, "k001").Create(Site, "Agent", null, "ada");
        await Should.ThrowAsync<ConflictException>(() => Key(fleet, "k001").Create(Site, "Agent", null, "ada"));
    }

    [Fact]
    public async Task A_site_has_fifty_keys_at_most_and_revoked_ones_make_room()
    {
        await using var fleet = await StartAsync();
        for (int number = 0; number < 50; number++)
            await Key(fleet, $"k{number:000}").Create(Site, "Agent", null, "ada");

        await Should.ThrowAsync<LimitReachedException>(() => Key(fleet, "k050").Create(Site, "Agent", null, "ada"));
        await Key(fleet, "k007").Revoke();
        await Key(fleet, "k050").Create(Site, "Agent", null, "ada");

        (await List(fleet)).Select(key => key.Id).ShouldNotContain("k007");
        (await List(fleet)).Count.ShouldBe(50);
    }

    [Fact]
    public async Task Deleting_a_site_revokes_its_keys()
    {
        await using var fleet = await StartAsync();
        await Key(fleet, "k001").Create(Site, "Agent", "a-chosen-secret-0123", "ada");

        await fleet.Site(Site).Delete(null);

        (await Key(fleet, "k001").Verify("a-chosen-secret-0123")).ShouldBeNull();
        await fleet.Site(Site).Create(new SiteDraft("Berlin"));
        (await List(fleet)).ShouldBeEmpty();
        (await Key(fleet, "k001").Verify("a-chosen-secret-0123")).ShouldBeNull("a site of the same id is another site");
    }

    static async Task<TestFleet> StartAsync()
    {
        var fleet = await TestFleet.StartAsync();
        await fleet.Tenant("acme").Create(new TenantDraft("Acme"));
        await fleet.Site(Site).Create(new SiteDraft("Berlin"));
        return fleet;
    }

    static IApiKeyGrain Key(TestFleet fleet, string id) => fleet.Grains.GetGrain<IApiKeyGrain>(id);

    static Task<IReadOnlyList<ApiKeyInfo>> List(TestFleet fleet) => fleet.Grains.GetGrain<IApiKeyDirectoryGrain>(Site).List();
}
