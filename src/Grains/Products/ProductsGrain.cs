using System.Text.RegularExpressions;
using Orrery.Grains.Input;
using Orrery.Grains.Storing;
using Orrery.Interfaces;
using Orrery.Interfaces.Errors;
using Orrery.Interfaces.Products;

namespace Orrery.Grains.Products;

sealed class ProductsState
{
    public SortedDictionary<string, StoredProduct> Products { get; set; } = new(StringComparer.Ordinal);
}

sealed record StoredProduct(ProductDraft Draft, long Version);

[Reentrant]
sealed class ProductsGrain : Grain, IProductsGrain
{
    const int ProductsMax = 200, ModulesMax = 200, VersionsMax = 200, TextLengthMax = 500, NamedMax = 10;
    static readonly TimeSpan EndingWithin = TimeSpan.FromDays(183);

    readonly IPersistentState<ProductsState> stored;
    readonly StateWriter writer;
    readonly TimeProvider time;

    public ProductsGrain([PersistentState("products")] IPersistentState<ProductsState> stored, TimeProvider time)
    {
        this.stored = stored;
        this.time = time;
        writer = new StateWriter(stored, DeactivateOnIdle);
    }

    SortedDictionary<string, StoredProduct> Products => stored.State.Products;

    public Task<IReadOnlyList<ProductInfo>> List() => Task.FromResult<IReadOnlyList<ProductInfo>>([.. Products.Select(each => Info(each.Key, each.Value))]);

    public Task<ProductInfo> Get(string product) => Task.FromResult(Info(product, Find(product)));

    public async Task<ProductInfo> Put(string product, ProductDraft draft, long? version)
    {
        EntityKeys.CheckPart("id", product);
        StoredProduct? before = Products.GetValueOrDefault(product);
        if (before is null && version is not null)
            Find(product);
        InputChecks.Version($"The product '{product}'", version, before?.Version ?? 0);
        if (before is null && Products.Count >= ProductsMax)
            throw new LimitReachedException($"{ProductsMax} products are registered, the most there may be.");
        StoredProduct after = Products[product] = new StoredProduct(Take(draft), (before?.Version ?? 0) + 1);
        await writer.WriteAsync();
        return Info(product, after);
    }

    public Task Delete(string product, long? version)
    {
        InputChecks.Version($"The product '{product}'", version, Find(product).Version);
        Products.Remove(product);
        return writer.WriteAsync();
    }

    public Task MustKnow(ProductReference reference)
    {
        if (Products.Count == 0)
            return Task.CompletedTask;
        if (!Products.TryGetValue(reference.Product, out StoredProduct? known))
            throw Unknown("product", $"The product '{reference.Product}'", Products.Keys);
        if (reference.Version is { } version && known.Draft.Versions.All(each => each.Id != version))
            throw Unknown("version", $"The version '{version}' of the product '{reference.Product}'", known.Draft.Versions.Select(static each => each.Id));
        if (known.Draft.Modules.Count > 0 && reference.Modules.FirstOrDefault(module => known.Draft.Modules.All(each => each.Id != module)) is { } unknown)
            throw Unknown("modules", $"The module '{unknown}' of the product '{reference.Product}'", known.Draft.Modules.Select(static each => each.Id));
        return Task.CompletedTask;
    }

    StoredProduct Find(string product) => Products.GetValueOrDefault(product) ?? throw new NotFoundException($"There is no product '{(product.Length <= 80 ? product : product[..80])}'.");

    ProductInfo Info(string id, StoredProduct product)
    {
        DateTimeOffset now = time.GetUtcNow();
        return new ProductInfo(
            id, product.Draft.Name, product.Draft.Description, product.Draft.Modules, [.. product.Draft.Versions.Select(each => new ProductVersion(each.Id, each.ReleasedAt, each.SupportEnds, each.Note, StateOf(each, now)))], product.Version);
    }

    static SupportState StateOf(ProductVersionDraft version, DateTimeOffset now) =>
        version.SupportEnds <= now ? SupportState.Ended : version.ReleasedAt > now ? SupportState.Planned : version.SupportEnds <= now + EndingWithin ? SupportState.Ending : SupportState.Supported;

    static ProductDraft Take(ProductDraft draft)
    {
        IReadOnlyList<ProductModule> modules = draft.Modules ?? [];
        IReadOnlyList<ProductVersionDraft> versions = draft.Versions ?? [];
        if (modules.Count > ModulesMax)
            throw new InvalidInputException("modules", $"{modules.Count} modules; a product has at most {ModulesMax}.");
        if (versions.Count > VersionsMax)
            throw new InvalidInputException("versions", $"{versions.Count} versions; a product has at most {VersionsMax}.");
        for (int at = 0; at < modules.Count; at++)
            EntityKeys.CheckPart($"modules[{at}].id", modules[at].Id);
        for (int at = 0; at < versions.Count; at++)
        {
            EntityKeys.CheckPart($"versions[{at}].id", versions[at].Id);
            if (versions[at].SupportEnds <= versions[at].ReleasedAt)
                throw new InvalidInputException($"versions[{at}].supportEnds", $"The support of version {versions[at].Id} ends at {versions[at].SupportEnds:u}, not after its release.");
        }

        Once("modules", modules.Select(static module => module.Id));
        Once("versions", versions.Select(static version => version.Id));
        return new ProductDraft(
            InputChecks.Name("name", draft.Name), InputChecks.Text("description", draft.Description, TextLengthMax),
            [.. modules.Select(static (module, at) => module with { Name = InputChecks.Name($"modules[{at}].name", module.Name ?? module.Id) }).OrderBy(static module => module.Id, StringComparer.Ordinal)],
            [.. versions.Select(static (version, at) => version with { Note = InputChecks.Text($"versions[{at}].note", version.Note, TextLengthMax) }).OrderByDescending(static version => Ordered(version.Id), StringComparer.Ordinal)]);
    }

    /// <summary>By which 9.10 stands above 9.2: numbers at their full width.</summary>
    static string Ordered(string version) => Regex.Replace(version, "[0-9]+", static number => number.Value.PadLeft(EntityKeys.PartLengthMax, '0'));

    static void Once(string field, IEnumerable<string> ids)
    {
        if (ids.GroupBy(static id => id, StringComparer.Ordinal).FirstOrDefault(static same => same.Count() > 1) is { } twice)
            throw new InvalidInputException(field, $"'{twice.Key}' is named twice.");
    }

    static InvalidInputException Unknown(string field, string what, IEnumerable<string> known)
    {
        string[] some = [.. known.Take(NamedMax + 1)];
        string named = some.Length == 0 ? "none" : string.Join(", ", some.Take(NamedMax)) + (some.Length > NamedMax ? " and more" : "");
        return new InvalidInputException(field, $"{what} is not registered; registered: {named}. Register it first, or name another.");
    }
}
