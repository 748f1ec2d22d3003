using System.Text;
using Orrery.Log.Format;

namespace Orrery.Log;

/// <summary>Writes and reads the headers of a record: pairs of name length, value length (varints), name (UTF-8), value, one after another.</summary>
public static class LogHeaders
{
    /// <summary>Encodes headers for <see cref="LogRecord.Headers"/>. Names may repeat; their order is kept.</summary>
    /// <exception cref="ArgumentException">A name is empty.</exception>
    public static byte[] Encode(params ReadOnlySpan<(string Name, ReadOnlyMemory<byte> Value)> headers)
    {
        int atMost = 0;
        foreach (var (name, value) in headers)
        {
            ArgumentException.ThrowIfNullOrEmpty(name, nameof(headers));
            atMost += (2 * Varint.BytesLimit) + Encoding.UTF8.GetByteCount(name) + value.Length;
        }

        byte[] encoded = new byte[atMost];
        int position = 0;
        foreach (var (name, value) in headers)
        {
            position = Varint.Write(encoded, position, (ulong)Encoding.UTF8.GetByteCount(name));
            position = Varint.Write(encoded, position, (ulong)value.Length);
            position += Encoding.UTF8.GetBytes(name, encoded.AsSpan(position));
            value.Span.CopyTo(encoded.AsSpan(position));
            position += value.Length;
        }

        return encoded[..position];
    }

    /// <summary>The headers in their order, without copies.</summary>
    public static Enumerable Read(ReadOnlyMemory<byte> headers) => new(headers);

    /// <summary>The value of the first header with a name.</summary>
    /// <exception cref="LogCorruptException">The bytes are no headers.</exception>
    public static bool TryFind(ReadOnlyMemory<byte> headers, ReadOnlySpan<byte> nameUtf8, out ReadOnlyMemory<byte> value)
    {
        foreach (var header in Read(headers))
        {
            if (!header.NameUtf8.Span.SequenceEqual(nameUtf8)) continue;
            value = header.Value;
            return true;
        }

        value = default;
        return false;
    }

    public readonly struct Enumerable(ReadOnlyMemory<byte> headers)
    {
        public Enumerator GetEnumerator() => new(headers);
    }

    public struct Enumerator(ReadOnlyMemory<byte> headers)
    {
        int position;

        public LogHeader Current { get; private set; }

        /// <exception cref="LogCorruptException">The bytes are no headers.</exception>
        public bool MoveNext()
        {
            if (position >= headers.Length) return false;
            var span = headers.Span;
            ulong nameBytes = Varint.Read(span, ref position), valueBytes = Varint.Read(span, ref position);
            ulong left = (ulong)(headers.Length - position);
            if (nameBytes > left || valueBytes > left - nameBytes)
                throw new LogCorruptException($"A header at byte {position} of {headers.Length} says that it has {nameBytes} bytes of name and {valueBytes} of value; {left} are left.");
            Current = new LogHeader(headers.Slice(position, (int)nameBytes), headers.Slice(position + (int)nameBytes, (int)valueBytes));
            position += (int)(nameBytes + valueBytes);
            return true;
        }
    }
}
