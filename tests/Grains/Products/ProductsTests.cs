using Orrery.Interfaces;
using Orrery.Interfaces.Configuration;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Licences;
using Orrery.Interfaces.Products;
using Orrery.Interfaces.Tenants;

namespace Orrery.Grains.Tests.Products;

/// <summary>The register of products, and who names them.</summary>
public sealed class ProductsTests
{
    [Fact]
    public async Task A_product_is_registered_changed_by_its_version_and_outlives_a_crash()
    {
        await using TestFleet fleet = await TestFleet.StartAsync();
        ProductInfo put = await Products(fleet).Put("cloud-galaxy", Galaxy(fleet), null);
        put.Versions.Select(static version => version.Id).ShouldBe(["9.10", "9.2", "8.0"], "the newest first, by number");
        await Should.ThrowAsync<VersionMismatchException>(() => Products(fleet).Put("cloud-galaxy", Galaxy(fleet), 7));
        await Products(fleet).Put("cloud-galaxy", Galaxy(fleet) with { Name = "Galaxy" }, put.Version);
        await fleet.CrashAsync();
        ProductInfo kept = await Products(fleet).Get("cloud-galaxy");
        (kept.Name, kept.Version, kept.Modules.Count).ShouldBe(("Galaxy", 2, 2));
        await Products(fleet).Delete("cloud-galaxy", 2);
        await Should.ThrowAsync<NotFoundException>(() => Products(fleet).Get("cloud-galaxy"));
    }

    [Fact]
    public async Task The_support_of_a_version_follows_the_clock()
    {
        await using TestFleet fleet = await TestFleet.StartAsync();
        DateTimeOffset now = fleet.Time.GetUtcNow();
        await Products(fleet).Put("pos", new ProductDraft("POS", null, [], [new("1", now.AddDays(10), now.AddDays(400))]), null);
        foreach ((int days, SupportState expected) in new[] { (0, SupportState.Planned), (10, SupportState.Supported), (250, SupportState.Ending), (140, SupportState.Ended) })
        {
            fleet.Time.Advance(TimeSpan.FromDays(days));
            (await Products(fleet).Get("pos")).Versions[0].State.ShouldBe(expected);
        }
    }

    [Fact]
    public async Task What_cannot_be_is_refused_with_its_field()
    {
        await using TestFleet fleet = await TestFleet.StartAsync();
        DateTimeOffset now = fleet.Time.GetUtcNow();
        foreach ((string field, ProductDraft draft) in new[]
        {
            ("name", Galaxy(fleet) with { Name = " " }), ("modules[0].id", Galaxy(fleet) with { Modules = [new("a/b", "x")] }), ("modules", Galaxy(fleet) with { Modules = [new("pos", "x"), new("pos", "y")] }),
            ("versions", Galaxy(fleet) with { Versions = [new("1"), new("1")] }), ("versions[0].supportEnds", Galaxy(fleet) with { Versions = [new("1", now, now)] }),
        })
            (await Should.ThrowAsync<InvalidInputException>(() => Products(fleet).Put("cloud-galaxy", draft, null))).Field.ShouldBe(field);
        (await Products(fleet).List()).ShouldBeEmpty();
    }

    [Fact]
    public async Task A_licence_names_registered_products_and_modules_from_the_first_registered_on_and_one_of_before_is_renewed()
    {
        await using TestFleet fleet = await TestFleet.StartAsync();
        await fleet.Tenant("acme").Create(new TenantDraft("Acme"));
        ILicenceGrain old = fleet.Grains.GetGrain<ILicenceGrain>("acme/old"), next = fleet.Grains.GetGrain<ILicenceGrain>("acme/next");
        var terms = new LicenceTerms("k3-wise", null, fleet.Time.GetUtcNow(), null, 14, 5, [new("ledger")], [], null);
        await old.Put(terms, "ann", null);
        await Products(fleet).Put("cloud-galaxy", Galaxy(fleet), null);
        (await old.Put(terms with { Users = 6 }, "ann", null)).Revision.ShouldBe(2);
        InvalidInputException unknown = await Should.ThrowAsync<InvalidInputException>(() => next.Put(terms, "ann", null));
        unknown.Field.ShouldBe("product");
        unknown.Message.ShouldContain("'k3-wise' is not registered; registered: cloud-galaxy");
        (await Should.ThrowAsync<InvalidInputException>(() => next.Put(terms with { Product = "cloud-galaxy" }, "ann", null))).Message.ShouldContain("'ledger'");
        (await next.Put(terms with { Product = "cloud-galaxy", Modules = [new("finance", 3)] }, "ann", null)).Revision.ShouldBe(1);
    }

    [Fact]
    public async Task A_namespace_of_a_product_takes_layers_of_its_versions_alone()
    {
        await using TestFleet fleet = await TestFleet.StartAsync();
        var directory = fleet.Grains.GetGrain<IConfigurationDirectoryGrain>(EntityKeys.Fleet);
        await Products(fleet).Put("cloud-galaxy", Galaxy(fleet), null);
        (await Should.ThrowAsync<InvalidInputException>(() => directory.SetNamespace("erp", new ConfigurationNamespace(false, "unknown")))).Field.ShouldBe("product");
        await directory.SetNamespace("erp", new ConfigurationNamespace(false, "cloud-galaxy"));
        var document = fleet.Grains.GetGrain<IConfigurationDocumentGrain>(ConfigurationKeys.Of(EntityKeys.Fleet, "erp/pos"));
        await document.Define(new ConfigurationDefinition(), "ann", null);
        (await Should.ThrowAsync<InvalidInputException>(() => document.Write("version:9.3", new ConfigurationEdit { Text = "{}" }, "ann", null))).Message.ShouldContain("'9.3'");
        (await document.Write("version:9.2", new ConfigurationEdit { Text = "{}" }, "ann", null)).State.ShouldBe(ConfigurationChangeState.Live);
    }

    static IProductsGrain Products(TestFleet fleet) => fleet.Grains.GetGrain<IProductsGrain>(EntityKeys.Fleet);

    static ProductDraft Galaxy(TestFleet fleet) => new(
        "Cloud Galaxy", "ERP", [new("finance", "Finance"), new("pos", "Tills")], [new("9.2"), new("9.10"), new("8.0", null, fleet.Time.GetUtcNow().AddDays(-1))]);
}
