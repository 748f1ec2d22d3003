using Orrery.Interfaces.Configuration;

namespace Orrery.Grains.Configuration;

/// <summary>An owner's layers. What versions held stands in blocks of their own; here is what servers may be given now.</summary>
sealed class ConfigurationState
{
    /// <summary>The vendor's alone.</summary>
    public ConfigurationDefinition? Definition { get; set; }

    public long DefinitionVersion { get; set; }

    /// <summary>The newest number of a version.</summary>
    public long Version { get; set; }

    /// <summary>Rises with each change that may reach a server.</summary>
    public long Stamp { get; set; }

    public SortedDictionary<string, LayerState> Layers { get; set; } = new(StringComparer.Ordinal);

    /// <summary>Oldest first.</summary>
    public List<ConfigurationChange> History { get; set; } = [];
}

sealed class LayerState
{
    public ConfigurationSealed? Live { get; set; }

    public ConfigurationChange? LiveChange { get; set; }

    public ConfigurationSealed? Proposed { get; set; }

    /// <summary>Of <see cref="Proposed"/>; a layer has one at a time.</summary>
    public ConfigurationChange? Open { get; set; }
}

sealed class ReportState
{
    public Dictionary<string, ReportRow> Rows { get; set; } = new(StringComparer.Ordinal);
}

/// <param name="Report">The newest.</param>
/// <param name="SeenAt">When it came.</param>
/// <param name="SinceAt">Since when the server says that it has this value.</param>
sealed record ReportRow(ConfigurationReport Report, DateTimeOffset SeenAt, DateTimeOffset SinceAt);
