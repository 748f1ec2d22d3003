using Orrery.Interfaces.Catalog;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Ledger;
using Orrery.Interfaces.Tenants;

namespace Orrery.Grains.Tests.Catalog;

public sealed class CatalogTests
{
    [Fact]
    public async Task Schemas_get_versions_and_are_found_by_fingerprint_after_a_restart()
    {
        await using var fleet = await StartAsync();
        var table = await RegisterAsync(fleet, new EntityDraft(EntityKind.Table, "shop.T_SAL_ORDER"));
        (await table.SetSchema(Schema(1, "FID"))).Number.ShouldBe(1);
        (await table.SetSchema(Schema(2, "FID", "FQTY"))).Number.ShouldBe(2);
        (await table.SetSchema(Schema(1, "FID"))).Number.ShouldBe(1);
        await fleet.RestartAsync();
        table = fleet.Grains.GetGrain<IEntityGrain>(CatalogKeys.Entity("acme", CatalogKeys.Id(EntityKind.Table, "shop.T_SAL_ORDER")));
        var found = await Catalog(fleet).FindSchema(1);
        found!.Entity.ShouldBe(CatalogKeys.Id(EntityKind.Table, "shop.T_SAL_ORDER"));
        found.Schema.Columns.Single().Name.ShouldBe("FID");
        (await table.Get()).Info.Schema.ShouldBe(2);
        (await Catalog(fleet).FindSchema(3)).ShouldBeNull();
    }

    [Fact]
    public async Task Both_sides_of_a_link_tell_of_it_and_strangers_are_drawn_without_a_face()
    {
        await using var fleet = await StartAsync();
        await RegisterAsync(fleet, new EntityDraft(EntityKind.Topic, "orders", Upstream: ["table.orders"], Downstream: ["files.lake"]));
        await RegisterAsync(fleet, new EntityDraft(EntityKind.View, "wide", Upstream: ["topic.orders"]));
        var around = await Catalog(fleet).GetNeighbourhood("topic.orders", 1);
        around.Entities.Select(entity => (entity.Id, entity.Distance)).ShouldBe([("table.orders", -1), ("topic.orders", 0), ("files.lake", 1), ("view.wide", 1)]);
        around.Entities[0].Info.ShouldBeNull();
        around.Links.Count.ShouldBe(3);
        around.Cut.ShouldBeFalse();
        (await Catalog(fleet).GetNeighbourhood("view.wide", 1)).Cut.ShouldBeTrue();
        await Should.ThrowAsync<NotFoundException>(() => Catalog(fleet).GetNeighbourhood("table.orders", 1));
    }

    [Fact]
    public async Task What_an_entity_holds_is_kept_and_told_to_the_catalog()
    {
        await using var fleet = await StartAsync();
        var topic = await RegisterAsync(fleet, new EntityDraft(EntityKind.Topic, "orders"));
        var at = fleet.Time.GetUtcNow();
        await topic.Report(new EntityReport(500, 40_000, at, Receipt.Of(7, 80, 0), "orders/0 0..500"));
        await fleet.UntilAsync("the catalog knows", async () => (await Catalog(fleet).Search(new EntityQuery(), new(10))).Items[0].Records == 500, TimeSpan.FromSeconds(30));
        await fleet.PassAsync(TimeSpan.FromSeconds(70));
        await fleet.CrashAsync();
        topic = fleet.Grains.GetGrain<IEntityGrain>("acme/topic.orders");
        var view = await topic.Get();
        view.Info.ShouldSatisfyAllConditions(info => info.Records.ShouldBe(500), info => info.Bytes.ShouldBe(40_000), info => info.EventAt.ShouldBe(at));
        view.Receipts.Single().About.ShouldBe("orders/0 0..500");
    }

    [Fact]
    public async Task Registering_again_adds_and_a_wrong_key_is_refused()
    {
        await using var fleet = await StartAsync();
        var topic = await RegisterAsync(fleet, new EntityDraft(EntityKind.Topic, "orders", EntityLayer.Ods, "data team"));
        var again = await topic.Register(new EntityDraft(EntityKind.Topic, "orders", Upstream: ["table.orders"]));
        again.Owner.ShouldBe("data team");
        again.Version.ShouldBe(2);
        (await topic.Register(new EntityDraft(EntityKind.Topic, "orders"))).Version.ShouldBe(2);
        await Should.ThrowAsync<InvalidInputException>(() => topic.Register(new EntityDraft(EntityKind.Topic, "ORDERS")));
        await Should.ThrowAsync<VersionMismatchException>(() => topic.Describe(new EntityDescription(EntityLayer.Ads, null, null), 1));
        CatalogKeys.Id(EntityKind.Topic, "ORDERS").ShouldNotBe(CatalogKeys.Id(EntityKind.Topic, "orders"));
        await Should.ThrowAsync<NotFoundException>(() => fleet.Grains.GetGrain<IEntityGrain>("nobody/topic.orders").Register(new EntityDraft(EntityKind.Topic, "orders")));
    }

    [Fact]
    public async Task Entities_go_with_their_tenant()
    {
        await using var fleet = await StartAsync();
        var topic = await RegisterAsync(fleet, new EntityDraft(EntityKind.Topic, "orders"));
        await fleet.Tenant("acme").Delete(null);
        await Should.ThrowAsync<NotFoundException>(() => topic.Get());
        (await Catalog(fleet).Search(new EntityQuery(), new(10))).Items.ShouldBeEmpty();
    }

    static async Task<TestFleet> StartAsync()
    {
        var fleet = await TestFleet.StartAsync();
        await fleet.Tenant("acme").Create(new TenantDraft("Acme"));
        return fleet;
    }

    static async Task<IEntityGrain> RegisterAsync(TestFleet fleet, EntityDraft draft)
    {
        var entity = fleet.Grains.GetGrain<IEntityGrain>(CatalogKeys.Entity("acme", CatalogKeys.Id(draft.Kind, draft.Name)));
        await entity.Register(draft);
        return entity;
    }

    static ICatalogGrain Catalog(TestFleet fleet) => fleet.Grains.GetGrain<ICatalogGrain>("acme");

    static SchemaDraft Schema(ulong fingerprint, params string[] columns) =>
        new(fingerprint, [.. columns.Select((name, i) => new SchemaColumn(name, "int64", "bigint(20)", i > 0, i == 0 ? 1 : 0))], "shop", "T_SAL_ORDER");
}
