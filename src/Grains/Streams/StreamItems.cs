using System.Buffers.Binary;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace Orrery.Grains.Streams;

/// <summary>Items on their way to a consumer: offset (8 bytes), length (4 bytes), bytes, one after another.</summary>
static class StreamItems
{
    const int HeadBytes = 12;

    public static byte[] Encode(IReadOnlyCollection<(long Offset, ReadOnlyMemory<byte> Value)> items)
    {
        byte[] bytes = new byte[items.Sum(static item => HeadBytes + item.Value.Length)];
        int position = 0;
        foreach (var (offset, value) in items)
        {
            BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(position), offset);
            BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(position + 8), value.Length);
            value.Span.CopyTo(bytes.AsSpan(position + HeadBytes));
            position += HeadBytes + value.Length;
        }

        return bytes;
    }

    public static IEnumerable<(long Offset, ReadOnlyMemory<byte> Value)> Decode(byte[] bytes)
    {
        for (int position = 0; position < bytes.Length;)
        {
            long offset = BinaryPrimitives.ReadInt64LittleEndian(bytes.AsSpan(position));
            int length = BinaryPrimitives.ReadInt32LittleEndian(bytes.AsSpan(position + 8));
            yield return (offset, bytes.AsMemory(position + HeadBytes, length));
            position += HeadBytes + length;
        }
    }
}

/// <summary>How streams' names become those of topics and grains.</summary>
static class StreamKeys
{
    /// <summary>The topic of a namespace: <c>stream-NAMESPACE</c>, or <c>streams</c> where there is none.</summary>
    public static string Topic(StreamId stream) => stream.GetNamespace() is { } name ? $"stream-{name}" : "streams";

    /// <summary><c>provider/namespace/number</c>.</summary>
    public static string Partition(string provider, StreamId stream, int number) => string.Create(CultureInfo.InvariantCulture, $"{provider}/{stream.GetNamespace()}/{number}");

    public static (string Provider, string Namespace, int Number) Parse(string key)
    {
        string[] parts = key.Split('/');
        return (parts[0], parts[1], int.Parse(parts[2], CultureInfo.InvariantCulture));
    }

    /// <summary>The subscription that a class's attribute gives each of its grains: always the same.</summary>
    public static Guid Implicit(string provider, StreamId stream, string consumer) => Name($"implicit {provider} {stream} {consumer}");

    /// <summary>An id made of a text.</summary>
    public static Guid Name(string text) => new(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 16));
}
