using System.IO.Compression;
using Orrery.Connectors.ObjectStores;

namespace Orrery.Connectors.Landing;

/// <summary>How records stand in files.</summary>
public enum LandingEncoding
{
    /// <summary>One JSON object a line, gzip.</summary>
    JsonLines,

    /// <summary>RFC 4180 with a head line, gzip.</summary>
    Csv,
}

/// <summary>How one partition of a topic lands.</summary>
public sealed record LandingOptions
{
    /// <summary>The topic. Required.</summary>
    public string Topic { get; init; } = "";

    /// <summary>The topic's partition.</summary>
    public int Partition { get; init; }

    /// <summary>Default JSON lines.</summary>
    public LandingEncoding Encoding { get; init; }

    /// <summary>Added to UTC before an event's day and hour are taken, -14 h to 14 h. Default zero.</summary>
    public TimeSpan DayOffset { get; init; }

    /// <summary>Length of the ledger's windows. Default 60 s.</summary>
    public TimeSpan Window { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Records in one commit at most. Default 1,000,000.</summary>
    public int RecordsMax { get; init; } = 1_000_000;

    /// <summary>Bytes of keys and values in one commit at most (one record may be larger than it). The files are built in memory. Default 64 MiB.</summary>
    public long BytesMax { get; init; } = 64 << 20;

    /// <summary>Files, that is distinct hours of event time, in one commit at most. Default 96.</summary>
    public int FilesMax { get; init; } = 96;

    /// <summary>Distinct windows in one commit at most. Default 20,000.</summary>
    public int WindowsMax { get; init; } = 20_000;

    /// <summary>How hard gzip tries. Default: fastest.</summary>
    public CompressionLevel Compression { get; init; } = CompressionLevel.Fastest;

    /// <summary>Columns to write beside the exact bytes, so that people and other engines can read values of a binary form; null: none.</summary>
    public ILandingProjection? Projection { get; init; }

    /// <summary>Everything that is wrong, in one message.</summary>
    /// <exception cref="ArgumentException">Something is.</exception>
    public void Validate()
    {
        var errors = new List<string>();
        if (Topic.Length == 0 || ObjectName.Part(Topic).StartsWith('_'))
            errors.Add($"topic '{Topic}' must not be empty or begin with '_'");
        if (Partition is < 0 or > 99_999)
            errors.Add($"partition is {Partition}, must be 0 to 99999");
        if (DayOffset < TimeSpan.FromHours(-14) || DayOffset > TimeSpan.FromHours(14))
            errors.Add($"dayOffset is {DayOffset}, must be -14 h to 14 h");
        if (Window < TimeSpan.FromMilliseconds(1) || Window > TimeSpan.FromDays(1))
            errors.Add($"window is {Window}, must be 1 ms to 1 day");
        if (RecordsMax < 1 || BytesMax < 1 || BytesMax > 1 << 30 || FilesMax is < 1 or > 1000 || WindowsMax < 1)
            errors.Add("recordsMax, bytesMax (to 1 GiB), filesMax (to 1000) and windowsMax must be at least 1");
        if (errors.Count > 0)
            throw new ArgumentException("The landing cannot be opened: " + string.Join("; ", errors) + ".");
    }
}

/// <summary>Makes readable columns of a record. The exact bytes are written beside them, so a projection may round, shorten or leave out.</summary>
public interface ILandingProjection
{
    /// <summary>The columns; fixed for the life of a lander.</summary>
    IReadOnlyList<LandingColumn> Columns { get; }

    /// <summary>The record's columns as text, null for none. The same record must always give the same texts.</summary>
    /// <returns>False: this record has no such columns.</returns>
    bool Project(in LandingRecord record, Span<string?> values);
}
