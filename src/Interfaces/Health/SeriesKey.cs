using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;

namespace Orrery.Interfaces.Health;

/// <summary>
/// The canonical bytes that identify a series: for each label its name and its value, each as a varint length and UTF-8; <c>__name__</c>
/// first, the others in bytewise order of their names; no name twice, no empty value. Two series are the same exactly if these bytes are.
/// </summary>
public static class SeriesKey
{
    /// <summary>The label that holds the metric's name.</summary>
    public const string NameLabel = "__name__";

    /// <summary>Largest key in bytes.</summary>
    public const int BytesLimit = 8192;

    /// <summary>Most labels of a series, its name included.</summary>
    public const int LabelsLimit = 64;

    const ulong Seed = 0x243F6A8885A308D3, Step = 0x13198A2E03707344, Tail = 0xA4093822299F31D1, End = 0x082EFA98EC4E6C89;

    /// <summary>The label name <see cref="NameLabel"/> in UTF-8.</summary>
    public static ReadOnlySpan<byte> NameLabelBytes => "__name__"u8;

    /// <summary>Encodes labels in any order; labels with an empty value are left out.</summary>
    /// <exception cref="ArgumentException">There is no name, a label appears twice, or a limit is exceeded.</exception>
    public static byte[] Encode(IEnumerable<KeyValuePair<string, string>> labels)
    {
        var builder = new SeriesKeyBuilder();
        foreach (var (name, value) in labels) builder.Add(Encoding.UTF8.GetBytes(name), Encoding.UTF8.GetBytes(value));
        return builder.TryBuild(out var key) == SeriesKeyError.None
            ? key.ToArray()
            : throw new ArgumentException($"The labels cannot name a series: {builder.TryBuild(out _)}. A series has a {NameLabel}, each label once, at most {LabelsLimit} labels and {BytesLimit} bytes.", nameof(labels));
    }

    /// <summary>All labels of a key.</summary>
    /// <exception cref="SampleFormatException">The bytes are no key.</exception>
    public static IReadOnlyDictionary<string, string> Parse(ReadOnlySpan<byte> key)
    {
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in new SeriesKeyLabels(key)) labels.Add(Encoding.UTF8.GetString(name), Encoding.UTF8.GetString(value));
        return labels;
    }

    /// <summary>The labels of a key in their order, without copies.</summary>
    public static SeriesKeyLabels Labels(ReadOnlySpan<byte> key) => new(key);

    /// <summary>A 64-bit hash of a key. It is stored in logs and chunks: its values never change.</summary>
    public static ulong Hash(ReadOnlySpan<byte> key)
    {
        ulong hash = Seed ^ (ulong)key.Length;
        var words = MemoryMarshal.Cast<byte, ulong>(key);
        int index = 0;
        for (; index + 1 < words.Length; index += 2) hash = Fold(hash ^ Little(words[index]), Little(words[index + 1]) ^ Step);
        if (index < words.Length) hash = Fold(hash ^ Little(words[index]), Tail);
        ulong tail = 0;
        foreach (byte part in key[(words.Length * 8)..]) tail = (tail << 8) | part;
        return Fold(hash ^ End, tail ^ Step);
    }

    static ulong Little(ulong word) => BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word);

    static ulong Fold(ulong left, ulong right)
    {
        ulong high = Math.BigMul(left, right, out ulong low);
        return high ^ low;
    }
}
