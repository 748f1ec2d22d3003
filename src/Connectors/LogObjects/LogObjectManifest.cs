using System.Text.Encodings.Web;
using System.Text.Json;
using Orrery.Connectors.Landing;
using Orrery.Connectors.ObjectStores;

namespace Orrery.Connectors.LogObjects;

/// <summary>
/// What an agent says of one batch that it shipped. The batch's object is put first; the manifest's appearance is what makes it exist.
/// Names: <c>PREFIX/ORIGIN/INCARNATION/SEQUENCE.json</c> and <c>.jsonl.gz</c>, so that the order of names is the order of batches.
/// </summary>
public sealed record LogObjectManifest
{
    /// <summary>The layout's version.</summary>
    public const string Layout = "orrery-logs/1";

    /// <summary>Largest manifest that is read.</summary>
    public const int BytesMax = 64 << 10;

    static readonly JsonSerializerOptions Json = new(JsonSerializerDefaults.Web) { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary><see cref="Layout"/>.</summary>
    public string Format { get; init; } = Layout;

    /// <summary>The server that the agent watches: the channel's origin.</summary>
    public required string Origin { get; init; }

    /// <summary>The life of the agent's state folder: a new folder begins anew at sequence 1 under another name, which sorts after the older ones.</summary>
    public required string Incarnation { get; init; }

    /// <summary>1, 2, 3 and so on without a gap.</summary>
    public required long Sequence { get; init; }

    /// <summary>Bytes of the object; 0: the batch has no records and no object.</summary>
    public required long Length { get; init; }

    /// <summary>Bytes before compression.</summary>
    public required long PlainLength { get; init; }

    /// <summary>Of the object's bytes, hexadecimal; empty without an object.</summary>
    public required string Sha256 { get; init; }

    /// <summary>The batch's receipt, over records as <see cref="ShippedLine"/> defines them.</summary>
    public required LandingSum Sum { get; init; }

    /// <summary>Every later batch of this origin holds only records of this time or later: windows that end by then are complete with this batch.</summary>
    public required long CompleteMilliseconds { get; init; }

    /// <summary>The manifest's own name under a prefix.</summary>
    public string Name(string prefix) => NameOf(prefix, Origin, Incarnation, Sequence) + ".json";

    /// <summary>The name of the batch's object under a prefix.</summary>
    public string ObjectNameUnder(string prefix) => NameOf(prefix, Origin, Incarnation, Sequence) + ".jsonl.gz";

    /// <summary>As it is stored.</summary>
    public byte[] ToBytes() => JsonSerializer.SerializeToUtf8Bytes(this, Json);

    /// <exception cref="LandingDamageException">It is not a manifest.</exception>
    public static LogObjectManifest Read(byte[] bytes, string where)
    {
        try
        {
            LogObjectManifest manifest = JsonSerializer.Deserialize<LogObjectManifest>(bytes, Json) ?? throw new JsonException("It is null.");
            return manifest.Format == Layout && manifest.Origin is not null && manifest.Incarnation is not null && manifest.Sha256 is not null
                ? manifest
                : throw new LandingDamageException($"{where} is of the layout '{manifest.Format}'; this version reads {Layout}.");
        }
        catch (JsonException error)
        {
            throw new LandingDamageException($"{where} cannot be read: {error.Message}", error);
        }
    }

    static string NameOf(string prefix, string origin, string incarnation, long sequence) =>
        FolderOf(prefix, origin) + $"{ObjectName.Part(incarnation)}/{sequence:d20}";

    internal static string FolderOf(string prefix, string origin) => (prefix.Length == 0 ? "" : prefix + "/") + ObjectName.Part(origin) + "/";
}
