using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace Orrery.Runtime;

/// <summary>Names a stream within a provider: a namespace, which may be empty, and a key. Written as <c>namespace/key</c>.</summary>
[JsonConverter(typeof(StreamIdConverter))]
public readonly struct StreamId : IEquatable<StreamId>, IComparable<StreamId>
{
    private readonly byte[]? _fullKey;
    private readonly ushort _keyIndex;

    private StreamId(byte[] fullKey, ushort keyIndex)
    {
        _fullKey = fullKey;
        _keyIndex = keyIndex;
    }

    /// <summary>Namespace and key, one after the other.</summary>
    public ReadOnlyMemory<byte> FullKey => _fullKey;

    public ReadOnlyMemory<byte> Namespace => _fullKey.AsMemory(0, _keyIndex);

    public ReadOnlyMemory<byte> Key => _fullKey.AsMemory(_keyIndex);

    /// <exception cref="ArgumentException">The key is empty, or the namespace has more than 65,535 bytes.</exception>
    public static StreamId Create(ReadOnlySpan<byte> ns, ReadOnlySpan<byte> key)
    {
        if (key.IsEmpty) throw new ArgumentException("A stream's key is not empty.", nameof(key));
        if (ns.Length > ushort.MaxValue) throw new ArgumentException($"A stream's namespace has {ns.Length} bytes; it may have {ushort.MaxValue}.", nameof(ns));
        byte[] full = new byte[ns.Length + key.Length];
        ns.CopyTo(full);
        key.CopyTo(full.AsSpan(ns.Length));
        return new StreamId(full, (ushort)ns.Length);
    }

    /// <inheritdoc cref="Create(ReadOnlySpan{byte}, ReadOnlySpan{byte})"/>
    public static StreamId Create(string ns, string key) => Create(Encoding.UTF8.GetBytes(ns ?? ""), Encoding.UTF8.GetBytes(key));

    /// <inheritdoc cref="Create(ReadOnlySpan{byte}, ReadOnlySpan{byte})"/>
    public static StreamId Create(string ns, Guid key) => Create(ns, key.ToString("N"));

    /// <inheritdoc cref="Create(ReadOnlySpan{byte}, ReadOnlySpan{byte})"/>
    public static StreamId Create(string ns, long key) => Create(ns, key.ToString(System.Globalization.CultureInfo.InvariantCulture));

    /// <summary>Reads <c>namespace/key</c>.</summary>
    /// <exception cref="ArgumentException">There is no slash, or nothing behind it.</exception>
    public static StreamId Parse(ReadOnlySpan<byte> value)
    {
        int slash = value.IndexOf((byte)'/');
        return slash >= 0 ? Create(value[..slash], value[(slash + 1)..]) : throw new ArgumentException($"'{Encoding.UTF8.GetString(value)}' is no stream: write namespace/key.", nameof(value));
    }

    /// <summary>The namespace; null where it is empty.</summary>
    public string? GetNamespace() => _keyIndex == 0 ? null : Encoding.UTF8.GetString(Namespace.Span);

    public string GetKeyAsString() => Encoding.UTF8.GetString(Key.Span);

    public bool Equals(StreamId other) => _keyIndex == other._keyIndex && _fullKey.AsSpan().SequenceEqual(other._fullKey);

    public override bool Equals(object? obj) => obj is StreamId other && Equals(other);

    public override int GetHashCode()
    {
        var hash = new HashCode();
        hash.AddBytes(_fullKey);
        return hash.ToHashCode();
    }

    public int CompareTo(StreamId other) => _fullKey.AsSpan().SequenceCompareTo(other._fullKey);

    public override string ToString() => $"{GetNamespace() ?? "null"}/{GetKeyAsString()}";

    public static bool operator ==(StreamId s1, StreamId s2) => s1.Equals(s2);

    public static bool operator !=(StreamId s1, StreamId s2) => !s1.Equals(s2);
}

/// <summary>A stream's name in stored and travelling values: the text <c>namespace/key</c>, where the namespace's own slashes are not allowed.</summary>
internal sealed class StreamIdConverter : JsonConverter<StreamId>
{
    public override StreamId Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        string text = reader.GetString() ?? throw new JsonException("A stream's name is null.");
        return text.Length == 0 ? default : StreamId.Parse(Encoding.UTF8.GetBytes(text));
    }

    public override void Write(Utf8JsonWriter writer, StreamId value, JsonSerializerOptions options) =>
        writer.WriteStringValue(value.FullKey.IsEmpty ? "" : $"{value.GetNamespace()}/{value.GetKeyAsString()}");
}
