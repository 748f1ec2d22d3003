using System.Globalization;
using System.Text.Json.Nodes;
using Orrery.Interfaces;
using Orrery.Interfaces.Configuration;

namespace Orrery.Grains.Configuration.Values;

/// <summary>What a server is to have, of the layers of its chain. Many servers have the same, so what was made once of the same versions is kept, within a bound.</summary>
sealed class ConfigurationMerge(Func<string[], ConfigurationSecrets> secretsOf)
{
    const int KeptMax = 500;

    readonly Dictionary<string, ConfigurationContent> kept = new(StringComparer.Ordinal);

    /// <param name="fleet">The vendor's layers.</param>
    /// <param name="own">The tenant's layers.</param>
    /// <param name="reader">Who asks.</param>
    /// <param name="format">Of the text; null: the document's.</param>
    public ConfigurationContent Content(ConfigurationBase fleet, IReadOnlyDictionary<string, ConfigurationPart> own, ConfigurationReader reader, ConfigurationFormat? format)
    {
        List<(string Layer, ConfigurationSealed Part)> chain = Chain(fleet, own, reader);
        string key = string.Create(CultureInfo.InvariantCulture, $"{(int)(format ?? fleet.Definition!.Format)} {fleet.DefinitionVersion} {string.Join(',', chain.Select(static each => $"{each.Layer}={each.Part.Version}"))}");
        if (kept.TryGetValue(key, out ConfigurationContent? content))
            return content;
        if (kept.Count >= KeptMax)
            kept.Clear();
        JsonObject shown = Merge(chain, null), opened = Merge(chain, secretsOf(fleet.Definition!.Secrets));
        string? problem = fleet.Definition.Schema is { } schema ? SchemaCheck.Read(schema).Find(opened, isWhole: true) : null;
        ConfigurationFormat used = format ?? fleet.Definition.Format;
        return kept[key] = new ConfigurationContent(Mark(chain), ConfigurationTree.Digest(shown), used, problem is null ? ConfigurationText.Render(used, opened) : null, problem);
    }

    public ConfigurationEffective Effective(ConfigurationBase fleet, IReadOnlyDictionary<string, ConfigurationPart> own, ConfigurationReader reader)
    {
        List<(string Layer, ConfigurationSealed Part)> chain = Chain(fleet, own, reader);
        var origins = new Dictionary<string, string>(StringComparer.Ordinal);
        var shown = new JsonObject();
        foreach ((string layer, ConfigurationSealed part) in chain)
            ConfigurationTree.Merge(shown, ConfigurationTree.Read(part.Tree), layer, origins);
        ConfigurationContent content = Content(fleet, own, reader, null);
        return new ConfigurationEffective(
            ConfigurationText.Render(fleet.Definition!.Format, shown), content.Mark, content.Digest,
            [.. ConfigurationTree.Leaves(shown).Select(leaf => new ConfigurationOrigin(leaf.Path, ConfigurationTree.Text(leaf.Value), origins.GetValueOrDefault(leaf.Path, "")))], content.Problem);
    }

    /// <summary>The newest time at which something in the chain changed.</summary>
    public static DateTimeOffset ChangedAt(ConfigurationBase fleet, IReadOnlyDictionary<string, ConfigurationPart> own, ConfigurationReader reader) =>
        Chain(fleet, own, reader) is { Count: > 0 } chain ? chain.Max(static each => each.Part.At) : DateTimeOffset.MinValue;

    public JsonObject Merge(IEnumerable<(string Layer, ConfigurationSealed Part)> chain, ConfigurationSecrets? secrets)
    {
        var merged = new JsonObject();
        foreach ((_, ConfigurationSealed part) in chain)
        {
            JsonObject tree = ConfigurationTree.Read(part.Tree);
            secrets?.Open(tree, part.Secrets);
            ConfigurationTree.Merge(merged, tree);
        }

        return merged;
    }

    public static List<(string Layer, ConfigurationSealed Part)> Chain(ConfigurationBase fleet, IReadOnlyDictionary<string, ConfigurationPart> own, ConfigurationReader reader)
    {
        var chain = new List<(string, ConfigurationSealed)>();
        foreach (string layer in ConfigurationKeys.Chain(reader.Server, reader.Version))
        {
            if (!fleet.Layers.TryGetValue(layer, out ConfigurationPart? part) && !own.TryGetValue(layer, out part))
                continue;
            if ((part.Rolling is not null && ConfigurationReach.Has(part.Waves, reader) ? part.Rolling : part.Live) is { } holds)
                chain.Add((layer, holds));
        }

        return chain;
    }

    static string Mark(List<(string Layer, ConfigurationSealed Part)> chain)
    {
        long fleet = 0, own = 0;
        foreach ((string layer, ConfigurationSealed part) in chain)
            if (ConfigurationKeys.IsLayer(layer, ofFleet: true))
                fleet = Math.Max(fleet, part.Version);
            else
                own = Math.Max(own, part.Version);
        return string.Create(CultureInfo.InvariantCulture, $"{fleet}.{own}");
    }
}
