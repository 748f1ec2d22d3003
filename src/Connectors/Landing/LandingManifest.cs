using System.Text.Encodings.Web;
using System.Text.Json;

namespace Orrery.Connectors.Landing;

/// <summary>
/// What one commit put into the lake: the range of offsets, the files, and what they amount to. The manifest's own appearance under its name
/// is the commit; docs/reference/landing.md describes it.
/// </summary>
public sealed record LandingManifest
{
    /// <summary>The layout's version, for readers to come.</summary>
    public const string Layout = "orrery-landing/1";

    /// <summary>Largest manifest that is read.</summary>
    public const int BytesMax = 64 << 20;

    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary><see cref="Layout"/>.</summary>
    public string Format { get; init; } = Layout;

    /// <summary>The topic.</summary>
    public required string Topic { get; init; }

    /// <summary>The topic's partition.</summary>
    public required int Partition { get; init; }

    /// <summary>First offset of the range; for a repair the least offset in it.</summary>
    public required long From { get; init; }

    /// <summary>The offset after the range: where the next commit begins.</summary>
    public required long To { get; init; }

    /// <summary>Names the repair that this commit is; null: a commit of the partition's chain.</summary>
    public string? Repair { get; init; }

    /// <summary>The owner's term that wrote it: its unpublished files lie in a folder of this number.</summary>
    public required long Attempt { get; init; }

    /// <summary>When it was written, by the writer's clock.</summary>
    public required DateTimeOffset WrittenAt { get; init; }

    /// <summary>How records stand in the files: <c>jsonl.gz</c> or <c>csv.gz</c>.</summary>
    public required string Encoding { get; init; }

    /// <summary>The columns that a projection added to each record; empty: none.</summary>
    public IReadOnlyList<LandingColumn> Columns { get; init; } = [];

    /// <summary>All records together.</summary>
    public required LandingSum Sum { get; init; }

    /// <summary>The same by window: what the hop reports to the ledger, also after a crash.</summary>
    public required IReadOnlyList<LandingWindow> Windows { get; init; }

    /// <summary>Length of the windows in milliseconds.</summary>
    public required long WindowMilliseconds { get; init; }

    /// <summary>The files, by name.</summary>
    public required IReadOnlyList<LandingFile> Files { get; init; }

    /// <summary>Whether two manifests say the same of the same records, whoever wrote them and when.</summary>
    public bool SaysTheSameAs(LandingManifest other) =>
        Topic == other.Topic && Partition == other.Partition && From == other.From && To == other.To && Repair == other.Repair && Encoding == other.Encoding && Sum == other.Sum
        && WindowMilliseconds == other.WindowMilliseconds && Columns.SequenceEqual(other.Columns) && Windows.SequenceEqual(other.Windows) && Files.SequenceEqual(other.Files);

    internal byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, Json);

    /// <exception cref="LandingDamageException">It is not a manifest.</exception>
    internal static LandingManifest Read(byte[] bytes, string name, string address)
    {
        try
        {
            LandingManifest manifest = JsonSerializer.Deserialize<LandingManifest>(bytes, Json) ?? throw new JsonException("It is null.");
            if (manifest.Format != Layout)
                throw new LandingDamageException($"Manifest '{name}' in {address} is of the layout '{manifest.Format}'; this version reads {Layout}.");
            if (manifest.Files is null || manifest.Windows is null || manifest.Columns is null || manifest.Files.Any(file => file?.Name is null) || manifest.Files.Sum(file => file.Sum.Records) != manifest.Sum.Records)
                throw new LandingDamageException($"Manifest '{name}' in {address} does not hold together: its files do not add up to {manifest.Sum.Records} records.");
            return manifest;
        }
        catch (JsonException error)
        {
            throw new LandingDamageException($"Manifest '{name}' in {address} cannot be read: {error.Message}", error);
        }
    }
}

/// <summary>A file of a commit.</summary>
/// <param name="Name">Its name in the store.</param>
/// <param name="Length">Bytes as stored.</param>
/// <param name="PlainLength">Bytes before compression.</param>
/// <param name="Sha256">Of the bytes as stored, hexadecimal.</param>
/// <param name="FirstOffset">The first record's offset.</param>
/// <param name="LastOffset">The last record's offset.</param>
/// <param name="Sum">What its records amount to.</param>
public sealed record LandingFile(string Name, long Length, long PlainLength, string Sha256, long FirstOffset, long LastOffset, LandingSum Sum);

/// <summary>The records of a commit that belong to one window of one origin.</summary>
/// <param name="Origin">Where they entered the channel; empty: the topic itself.</param>
/// <param name="Stamp">Event time divided by the window's length, rounded down.</param>
/// <param name="Sum">What they amount to.</param>
public sealed record LandingWindow(string Origin, long Stamp, LandingSum Sum);

/// <summary>A column that a projection adds.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type as its source calls it.</param>
/// <param name="IsJson">Its texts are JSON on one line: in JSON lines they stand as they are, not as strings.</param>
public sealed record LandingColumn(string Name, string Type, bool IsJson = false);
