using Orrery.Interfaces.Tags;

namespace Orrery.Grains.Tags;

sealed class TagBookState
{
    public Dictionary<string, StoredType> Types { get; set; } = [];
}

sealed class StoredType
{
    public TagTitle Title { get; set; } = new("", "");

    public List<TagFacts> Facts { get; set; } = [];

    /// <summary>Of the objects' ids, as SQL writes it.</summary>
    public string KeyType { get; set; } = "STRING";

    public long Version { get; set; }

    /// <summary>Rises with all that the index has to know.</summary>
    public long IndexVersion { get; set; }

    /// <summary>Changes before it are those of an earlier type of the name.</summary>
    public long StartOffset { get; set; }

    /// <summary>Of the next tag; 0 is none's.</summary>
    public int NextNumber { get; set; } = 1;

    /// <summary>Of each set of conditions its facts and the next free bit. Bits are never given twice.</summary>
    public List<StoredSet> Sets { get; set; } = [];

    public bool HasLists { get; set; }

    public Dictionary<string, StoredTag> Tags { get; set; } = [];

    public Dictionary<string, StoredSegment> Segments { get; set; } = [];

    /// <summary>What was made in the tenant's SQL schema, in its order: of each name the statement.</summary>
    public List<MadeRelation> Made { get; set; } = [];
}

sealed class StoredSet
{
    public string Relation { get; set; } = "";

    public int NextBit { get; set; } = 1;
}

sealed class StoredTag
{
    public required TagDraft Draft { get; set; }

    public int Number { get; set; }

    /// <summary>-1: its changes come by themselves.</summary>
    public int Part { get; set; } = -1;

    public int Bit { get; set; }

    public long Version { get; set; }

    public string User { get; set; } = "";

    public DateTimeOffset At { get; set; }

    /// <summary>The newest last.</summary>
    public List<TagVersion> Versions { get; set; } = [];

    public StoredTag Copy() => (StoredTag)MemberwiseClone();
}

sealed class StoredSegment
{
    public required SegmentDraft Draft { get; set; }

    public long Version { get; set; }

    public string User { get; set; } = "";

    public DateTimeOffset At { get; set; }

    public List<string> Hooks { get; set; } = [];
}

/// <param name="Kind"><c>TABLE</c> or <c>VIEW</c>, as DROP says it.</param>
/// <param name="Text">The statements that make it.</param>
sealed record MadeRelation(string Name, string Kind, string Text);

sealed class TagDirectoryState
{
    public SortedSet<string> Tenants { get; set; } = new(StringComparer.Ordinal);
}
