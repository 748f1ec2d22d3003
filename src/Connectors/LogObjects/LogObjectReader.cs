using System.IO.Compression;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;
using Orrery.Connectors.Landing;
using Orrery.Connectors.ObjectStores;

namespace Orrery.Connectors.LogObjects;

/// <summary>The collector's side of shipped batches: which origins there are, which batches are new, and their lines, proven against the manifest.</summary>
/// <param name="store">Where agents ship to.</param>
/// <param name="prefix">Under which prefix; empty: at the root.</param>
public sealed class LogObjectReader(IObjectStore store, string prefix)
{
    const int OriginLengthMax = 200;

    /// <summary>Largest object that is read, and largest content of one, in bytes. Agents' batches are far smaller.</summary>
    public const int ObjectBytesMax = 256 << 20;

    /// <summary>The origins (as parts of names: <see cref="ObjectName.Part"/>) that have shipped anything.</summary>
    public IAsyncEnumerable<string> OriginsAsync(CancellationToken cancellationToken = default) =>
        store.FoldersAsync(prefix.Length == 0 ? "" : prefix + "/", cancellationToken);

    /// <summary>The incarnations of an origin, oldest first.</summary>
    public IAsyncEnumerable<string> IncarnationsAsync(string origin, CancellationToken cancellationToken = default) =>
        store.FoldersAsync(LogObjectManifest.FolderOf(prefix, origin), cancellationToken);

    /// <summary>The batches of an incarnation after a sequence, in order, up to where one is missing (still on its way, or lost: the next call shows it).</summary>
    /// <param name="origin">As shipped.</param>
    /// <param name="incarnation">One of <see cref="IncarnationsAsync"/>.</param>
    /// <param name="after">The last sequence taken; 0: none.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="LandingDamageException">A manifest cannot be read.</exception>
    public async IAsyncEnumerable<LogObjectManifest> BatchesAsync(string origin, string incarnation, long after, [EnumeratorCancellation] CancellationToken cancellationToken = default)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(origin.Length, OriginLengthMax);
        string folder = LogObjectManifest.FolderOf(prefix, origin) + ObjectName.Part(incarnation) + "/";
        await foreach (ObjectEntry entry in store.AllAsync(folder, $"{folder}{after:d20}.jsonl.gz", cancellationToken))
        {
            if (!entry.Name.EndsWith(".json", StringComparison.Ordinal))
                continue;
            LogObjectManifest manifest = LogObjectManifest.Read(await store.ReadAllAsync(entry.Name, LogObjectManifest.BytesMax, cancellationToken), $"Manifest '{entry.Name}' in {store.Address}");
            if (manifest.Name(prefix) != entry.Name)
                throw new LandingDamageException($"Manifest '{entry.Name}' in {store.Address} says that it is '{manifest.Name(prefix)}'.");
            if (manifest.Sequence != after + 1)
                yield break;
            after = manifest.Sequence;
            yield return manifest;
        }
    }

    /// <summary>The lines of a batch, each without its line end, proven whole: bytes, digest and number are the manifest's. Their hashes are for the caller to sum.</summary>
    /// <exception cref="LandingDamageException">The object is not what the manifest says.</exception>
    /// <exception cref="ObjectMissingException">The object is gone.</exception>
    public async ValueTask<IReadOnlyList<ReadOnlyMemory<byte>>> LinesAsync(LogObjectManifest manifest, CancellationToken cancellationToken = default)
    {
        if (manifest.Length == 0)
            return [];
        string name = manifest.ObjectNameUnder(prefix);
        if (manifest.Length > ObjectBytesMax || manifest.PlainLength is < 0 or > ObjectBytesMax)
            throw new LandingDamageException($"Object '{name}' in {store.Address} should have {manifest.Length} bytes, {manifest.PlainLength} unpacked; at most {ObjectBytesMax} are read.");
        return Lines(manifest, await store.ReadAllAsync(name, ObjectBytesMax, cancellationToken), $"Object '{name}' in {store.Address}");
    }

    /// <summary>The lines of a batch whose object is at hand, proven as <see cref="LinesAsync"/> proves them. The caller has bounded the manifest's lengths.</summary>
    /// <param name="manifest">What the batch is.</param>
    /// <param name="packed">The object's bytes.</param>
    /// <param name="where">What it is called in errors.</param>
    /// <exception cref="LandingDamageException">The object is not what the manifest says.</exception>
    public static IReadOnlyList<ReadOnlyMemory<byte>> Lines(LogObjectManifest manifest, byte[] packed, string where)
    {
        if (manifest.Length == 0 && packed.Length == 0)
            return [];
        string digest = Convert.ToHexStringLower(SHA256.HashData(packed));
        if (packed.Length != manifest.Length || digest != manifest.Sha256)
            throw new LandingDamageException($"{where} has {packed.Length} bytes and the SHA-256 {digest}; its manifest says {manifest.Length} and {manifest.Sha256}.");
        byte[] plain = Unpack(packed, manifest, where);
        var lines = new List<ReadOnlyMemory<byte>>((int)Math.Min(manifest.Sum.Records, 1 << 20));
        for (int start = 0; start < plain.Length;)
        {
            int length = plain.AsSpan(start).IndexOf((byte)'\n');
            if (length < 0)
                throw new LandingDamageException($"{where} ends inside of a line.");
            lines.Add(plain.AsMemory(start, length));
            start += length + 1;
        }

        return lines.Count == manifest.Sum.Records
            ? lines
            : throw new LandingDamageException($"{where} has {lines.Count} lines; its manifest says {manifest.Sum.Records}.");
    }

    /// <summary>Removes a batch that was taken and is not needed any more: its object, then its manifest.</summary>
    public async ValueTask DeleteAsync(LogObjectManifest manifest, CancellationToken cancellationToken = default)
    {
        await store.DeleteAsync(manifest.ObjectNameUnder(prefix), cancellationToken);
        await store.DeleteAsync(manifest.Name(prefix), cancellationToken);
    }

    static byte[] Unpack(byte[] packed, LogObjectManifest manifest, string where)
    {
        try
        {
            byte[] plain = new byte[manifest.PlainLength];
            using var zip = new GZipStream(new MemoryStream(packed), CompressionMode.Decompress);
            zip.ReadExactly(plain);
            if (zip.ReadByte() >= 0)
                throw new InvalidDataException($"it unpacks to more than {manifest.PlainLength} bytes");
            return plain;
        }
        catch (Exception error) when (error is InvalidDataException or EndOfStreamException)
        {
            throw new LandingDamageException($"{where} cannot be unpacked: {error.Message}", error);
        }
    }
}
