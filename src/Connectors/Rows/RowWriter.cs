using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;

namespace Orrery.Connectors.Rows;

/// <summary>
/// Rows in a growing buffer, column by column in the schema's order.
/// <code>row = flags (1: has a missing bitmap), null bitmap, [missing bitmap], the present values</code>
/// Little-endian. Integers, floats, dates and times have fixed widths; a decimal is a length byte and the two's complement of its unscaled number; text, JSON and
/// binary are a varint length and bytes. The same values give the same bytes. The writer trusts its caller to write each column as its type wants it: it counts
/// columns and checks nothing else. For one thread at a time.
/// </summary>
/// <param name="capacityBytes">Of its buffer at first.</param>
/// <param name="pool">Where its buffers come from and go to, so that what was <see cref="Written"/> is good until the next write; null: each is its own.</param>
public sealed class RowWriter(int capacityBytes = 4096, ArrayPool<byte>? pool = null)
{
    /// <summary>Bytes that a buffer may hold.</summary>
    public const int BytesMax = 1 << 30;

    const int LengthBytesMax = 5;

    byte[] buffer = pool?.Rent(Math.Max(capacityBytes, 64)) ?? new byte[Math.Max(capacityBytes, 64)];
    int position, nulls, missing, column, columns, pending;

    /// <summary>Bytes written so far.</summary>
    public int Position => position;

    public ReadOnlySpan<byte> Written => buffer.AsSpan(0, position);

    public ReadOnlyMemory<byte> WrittenMemory => buffer.AsMemory(0, position);

    /// <summary>Forgets what was written and keeps the buffer.</summary>
    public void Clear() => position = 0;

    /// <summary>Forgets what was written and gives the buffer back to the pool, where it came from one. It may be written again.</summary>
    public void Release()
    {
        position = 0;
        if (pool is null || buffer.Length == 0) return;
        pool.Return(buffer);
        buffer = [];
    }

    /// <summary>Goes back to an earlier position.</summary>
    public void Truncate(int to) => position = to;

    /// <summary>Begins a row.</summary>
    /// <param name="columnCount">The schema's columns.</param>
    /// <param name="partial">Whether columns may be missing, which differs from null.</param>
    public void BeginRow(int columnCount, bool partial = false)
    {
        int bitmap = (columnCount + 7) >> 3;
        int bytes = 1 + (partial ? bitmap * 2 : bitmap);
        Ensure(bytes);
        buffer.AsSpan(position, bytes).Clear();
        buffer[position] = partial ? (byte)1 : (byte)0;
        nulls = position + 1;
        missing = partial ? nulls + bitmap : -1;
        position += bytes;
        column = 0;
        columns = columnCount;
    }

    /// <summary>Ends the row.</summary>
    /// <exception cref="InvalidOperationException">Columns are left or were too many.</exception>
    public void EndRow()
    {
        if (column != columns) throw new InvalidOperationException($"A row of {columns} columns ended after {column}.");
    }

    public void WriteNull()
    {
        buffer[nulls + (column >> 3)] |= (byte)(1 << (column & 7));
        column++;
    }

    /// <summary>The source did not say what this column holds. Only in rows begun as partial.</summary>
    public void WriteMissing()
    {
        if (missing < 0) throw new InvalidOperationException($"Column {column} cannot be missing: the row was not begun as partial.");
        buffer[missing + (column >> 3)] |= (byte)(1 << (column & 7));
        column++;
    }

    public void WriteBoolean(bool value) => WriteUInt8(value ? (byte)1 : (byte)0);

    public void WriteInt8(sbyte value) => WriteUInt8(unchecked((byte)value));

    public void WriteUInt8(byte value)
    {
        Ensure(1);
        buffer[position++] = value;
        column++;
    }

    public void WriteInt16(short value) => WriteUInt16(unchecked((ushort)value));

    public void WriteUInt16(ushort value) => WriteFixed(value, 2);

    public void WriteInt32(int value) => WriteFixed(unchecked((uint)value), 4);

    public void WriteUInt32(uint value) => WriteFixed(value, 4);

    public void WriteInt64(long value) => WriteFixed(unchecked((ulong)value), 8);

    public void WriteUInt64(ulong value) => WriteFixed(value, 8);

    public void WriteFloat32(float value) => WriteFixed(BitConverter.SingleToUInt32Bits(value), 4);

    public void WriteFloat64(double value) => WriteFixed(BitConverter.DoubleToUInt64Bits(value), 8);

    /// <summary>Days since 1970, or what <see cref="ZeroDates.Days"/> gave.</summary>
    public void WriteDate(int days) => WriteInt32(days);

    /// <summary>Signed ticks of 100 ns.</summary>
    public void WriteTime(long ticks) => WriteInt64(ticks);

    /// <summary>Ticks of 100 ns since 1970, or what <see cref="ZeroDates.Ticks"/> gave.</summary>
    public void WriteTimestamp(long ticks) => WriteInt64(ticks);

    /// <param name="utcTicks">Ticks of 100 ns since 1970, UTC.</param>
    /// <param name="offsetMinutes">The offset that it was written with; -1080 to 1080.</param>
    public void WriteTimestampWithZone(long utcTicks, short offsetMinutes)
    {
        Ensure(10);
        BinaryPrimitives.WriteInt64LittleEndian(buffer.AsSpan(position), utcTicks);
        BinaryPrimitives.WriteInt16LittleEndian(buffer.AsSpan(position + 8), offsetMinutes);
        position += 10;
        column++;
    }

    /// <summary>A decimal's unscaled number; the scale is the column's.</summary>
    public void WriteDecimal(Int128 unscaled)
    {
        Ensure(17);
        int length;
        if (unscaled >= long.MinValue && unscaled <= long.MaxValue)
        {
            long small = (long)unscaled;
            length = LengthOf(small);
            BinaryPrimitives.WriteInt64LittleEndian(buffer.AsSpan(position + 1), small);
        }
        else
        {
            BinaryPrimitives.WriteInt128LittleEndian(buffer.AsSpan(position + 1), unscaled);
            length = 16;
            byte sign = Int128.IsNegative(unscaled) ? (byte)255 : (byte)0;
            while (length > 1 && buffer[position + length] == sign && (buffer[position + length - 1] & 128) == (sign & 128)) length--;
        }

        buffer[position] = (byte)length;
        position += 1 + length;
        column++;
    }

    public void WriteUuid(Guid value)
    {
        Ensure(16);
        value.TryWriteBytes(buffer.AsSpan(position), bigEndian: true, out _);
        position += 16;
        column++;
    }

    /// <summary>UTF-8 text or JSON, or bytes.</summary>
    public void WriteBytes(ReadOnlySpan<byte> value)
    {
        Ensure(LengthBytesMax + value.Length);
        AppendVarintUnchecked((uint)value.Length);
        value.CopyTo(buffer.AsSpan(position));
        position += value.Length;
        column++;
    }

    public void WriteText(ReadOnlySpan<char> value)
    {
        Span<byte> room = BeginBytes(Encoding.UTF8.GetMaxByteCount(value.Length));
        EndBytes(Encoding.UTF8.GetBytes(value, room));
    }

    /// <summary>Room for text or bytes whose length is known only once they are there. Ended by <see cref="EndBytes"/>.</summary>
    public Span<byte> BeginBytes(int lengthMax)
    {
        Ensure(LengthBytesMax + lengthMax);
        pending = lengthMax;
        return buffer.AsSpan(position + LengthBytesMax, lengthMax);
    }

    public void EndBytes(int length)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan((uint)length, (uint)pending);
        int from = position + LengthBytesMax;
        AppendVarintUnchecked((uint)length);
        if (from != position) buffer.AsSpan(from, length).CopyTo(buffer.AsSpan(position));
        position += length;
        column++;
    }

    /// <summary>A value as it stands in another row of the same type (<see cref="RowReader.Encoded"/>).</summary>
    public void WriteEncoded(ReadOnlySpan<byte> encoded)
    {
        Append(encoded);
        column++;
    }

    /// <summary>Bytes beside the columns, such as headers.</summary>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        Ensure(bytes.Length);
        bytes.CopyTo(buffer.AsSpan(position));
        position += bytes.Length;
    }

    public void AppendByte(byte value)
    {
        Ensure(1);
        buffer[position++] = value;
    }

    public void AppendUInt64(ulong value)
    {
        Ensure(8);
        BinaryPrimitives.WriteUInt64LittleEndian(buffer.AsSpan(position), value);
        position += 8;
    }

    /// <summary>An unsigned number in 7-bit groups, low group first.</summary>
    public void AppendVarint(ulong value)
    {
        Ensure(10);
        while (value >= 128)
        {
            buffer[position++] = (byte)(value | 128);
            value >>= 7;
        }

        buffer[position++] = (byte)value;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    void WriteFixed(ulong bits, int bytes)
    {
        Ensure(8);
        if (!BitConverter.IsLittleEndian) bits = BinaryPrimitives.ReverseEndianness(bits);
        Unsafe.WriteUnaligned(ref Unsafe.Add(ref MemoryMarshal.GetArrayDataReference(buffer), position), bits);
        position += bytes;
        column++;
    }

    void AppendVarintUnchecked(uint value)
    {
        while (value >= 128)
        {
            buffer[position++] = (byte)(value | 128);
            value >>= 7;
        }

        buffer[position++] = (byte)value;
    }

    static int LengthOf(long value)
    {
        ulong magnitude = (ulong)(value < 0 ? ~value : value);
        return ((64 - System.Numerics.BitOperations.LeadingZeroCount(magnitude)) >> 3) + 1;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    void Ensure(int bytes)
    {
        if (buffer.Length - position < bytes) Grow(bytes);
    }

    void Grow(int bytes)
    {
        long needed = (long)position + bytes;
        if (needed > BytesMax) throw new InvalidOperationException($"Rows of {needed} bytes do not fit into one buffer; the limit is {BytesMax}: hand them on in smaller parts.");
        int length = (int)Math.Min(BytesMax, Math.Max(needed, buffer.Length * 2L));
        if (pool is null)
        {
            Array.Resize(ref buffer, length);
            return;
        }

        byte[] former = buffer;
        buffer = pool.Rent(length);
        former.AsSpan(0, position).CopyTo(buffer);
        if (former.Length > 0) pool.Return(former);
    }
}
