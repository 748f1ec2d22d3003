using System.Buffers.Binary;
using System.Globalization;
using System.Net;
using System.Runtime.CompilerServices;
using System.Text;
using Orrery.Connectors.ChangeCapture.MySql.Events;
using Orrery.Connectors.ChangeCapture.MySql.Protocol;
using Orrery.Connectors.Rows;

namespace Orrery.Connectors.ChangeCapture.MySql.Columns;

/// <summary>Reads stored values into rows. One instance serves one reader; it allocates nothing for a row.</summary>
internal sealed class RowDecoder
{
    const int ValueBytesMax = 1 << 30;

    readonly JsonForm json = new();
    byte[] room = [];

    /// <summary>The column read last: where an error arose.</summary>
    public int Column { get; private set; }

    /// <summary>Where the values of the row read last begin in its buffer, and where the last one ends; null and missing ones have no bytes.</summary>
    public int[] Starts { get; private set; } = new int[64];

    /// <summary>Reads a row that has all columns. Answers the bytes read.</summary>
    /// <exception cref="EventFormatException">The bytes end within it.</exception>
    /// <exception cref="ValueRangeException">A value cannot be carried.</exception>
    /// <exception cref="DecoderFallbackException">Text that is not of its character set.</exception>
    public int Read(ReadOnlySpan<byte> stored, RowPlan plan, RowWriter row)
    {
        var steps = plan.Steps;
        MakeRoom(steps.Length);
        int position = (steps.Length + 7) >> 3;
        if (stored.Length < position) throw Short(position, stored.Length);
        var nulls = stored[..position];
        var starts = Starts;
        row.BeginRow(steps.Length);
        for (int column = 0; column < steps.Length; column++)
        {
            Column = column;
            starts[column] = row.Position;
            if ((nulls[column >> 3] & 1 << (column & 7)) != 0) row.WriteNull();
            else position += Value(stored[position..], ref steps[column], row);
        }

        starts[steps.Length] = row.Position;
        row.EndRow();
        return position;
    }

    /// <summary>
    /// Reads a row of which the log has some columns. Those it has not are taken from another image of the same row, or are missing.
    /// </summary>
    /// <param name="stored">The bytes.</param>
    /// <param name="plan">How to read them.</param>
    /// <param name="present">A bit for each column that the log has.</param>
    /// <param name="row">Where to write.</param>
    /// <param name="other">The other image's buffer; empty where there is none.</param>
    /// <param name="otherStarts">Where its values begin.</param>
    /// <param name="otherHas">What the other image holds: a bit for each column.</param>
    /// <param name="otherNulls">Which of those are null: by column.</param>
    /// <param name="nullColumns">Set to which columns of this image are null: by column.</param>
    public int ReadPartial(ReadOnlySpan<byte> stored, RowPlan plan, ReadOnlySpan<byte> present, RowWriter row, ReadOnlySpan<byte> other, ReadOnlySpan<int> otherStarts, ReadOnlySpan<byte> otherHas, ReadOnlySpan<bool> otherNulls, Span<bool> nullColumns)
    {
        var steps = plan.Steps;
        MakeRoom(steps.Length);
        int count = 0, index = 0;
        bool whole = true;
        for (int column = 0; column < steps.Length; column++)
        {
            bool here = Has(present, column);
            if (here) count++;
            whole &= here || Has(otherHas, column);
        }

        int position = (count + 7) >> 3;
        if (stored.Length < position) throw Short(position, stored.Length);
        var nulls = stored[..position];
        var starts = Starts;
        row.BeginRow(steps.Length, partial: !whole);
        for (int column = 0; column < steps.Length; column++)
        {
            Column = column;
            starts[column] = row.Position;
            nullColumns[column] = false;
            if (Has(present, column))
            {
                nullColumns[column] = (nulls[index >> 3] & 1 << (index & 7)) != 0;
                index++;
                if (nullColumns[column]) row.WriteNull();
                else position += Value(stored[position..], ref steps[column], row);
            }
            else if (!Has(otherHas, column))
            {
                row.WriteMissing();
            }
            else if (otherNulls[column])
            {
                nullColumns[column] = true;
                row.WriteNull();
            }
            else
            {
                row.WriteEncoded(other[otherStarts[column]..otherStarts[column + 1]]);
            }
        }

        starts[steps.Length] = row.Position;
        row.EndRow();
        return position;
    }

    static bool Has(ReadOnlySpan<byte> bits, int column) => bits.Length > column >> 3 && (bits[column >> 3] & 1 << (column & 7)) != 0;

    void MakeRoom(int columns)
    {
        if (Starts.Length <= columns) Starts = new int[columns + 64];
    }

    int Value(ReadOnlySpan<byte> stored, ref ColumnStep step, RowWriter row)
    {
        if (step.LengthBytes > 0) return Sized(stored, ref step, row);
        int bytes = step.Bytes;
        if (stored.Length < bytes) throw Short(bytes, stored.Length);
        switch (step.Kind)
        {
            case StepKind.Int8: case StepKind.UInt8: row.WriteUInt8(stored[0]); break;
            case StepKind.Int16: case StepKind.UInt16: row.WriteUInt16(BinaryPrimitives.ReadUInt16LittleEndian(stored)); break;
            case StepKind.Int24: row.WriteInt32((stored[0] | stored[1] << 8 | stored[2] << 16) << 8 >> 8); break;
            case StepKind.UInt24: row.WriteInt32(stored[0] | stored[1] << 8 | stored[2] << 16); break;
            case StepKind.Int32: case StepKind.UInt32: case StepKind.Float: row.WriteUInt32(BinaryPrimitives.ReadUInt32LittleEndian(stored)); break;
            case StepKind.Int64: case StepKind.UInt64: case StepKind.Double: row.WriteUInt64(BinaryPrimitives.ReadUInt64LittleEndian(stored)); break;
            case StepKind.Decimal: Decimal(stored[..bytes], ref step, row); break;
            case StepKind.Bit: row.WriteUInt64(BigEndian(stored[..bytes])); break;
            case StepKind.Year: row.WriteInt16(stored[0] == 0 ? (short)0 : (short)(1900 + stored[0])); break;
            case StepKind.Date: row.WriteDate(TimeForm.Date(stored)); break;
            case StepKind.OldTime: row.WriteTime(TimeForm.OldTime(stored)); break;
            case StepKind.OldDateTime: row.WriteTimestamp(TimeForm.OldDateTime(stored)); break;
            case StepKind.OldTimestamp: row.WriteTimestampWithZone(TimeForm.OldTimestamp(stored), 0); break;
            case StepKind.Time: row.WriteTime(TimeForm.Time(stored, step.Precision)); break;
            case StepKind.DateTime: row.WriteTimestamp(TimeForm.DateTime(stored, step.Precision)); break;
            case StepKind.Timestamp: row.WriteTimestampWithZone(TimeForm.Timestamp(stored, step.Precision), 0); break;
            case StepKind.Enum: Enum(bytes == 1 ? stored[0] : BinaryPrimitives.ReadUInt16LittleEndian(stored), step.Labels!, row); break;
            case StepKind.Set: Set(LittleEndian(stored[..bytes]), step.Labels!, row); break;
            default: throw new InvalidOperationException($"A column of kind {step.Kind} has no length.");
        }

        return bytes;
    }

    int Sized(ReadOnlySpan<byte> stored, ref ColumnStep step, RowWriter row)
    {
        int head = step.LengthBytes;
        if (stored.Length < head) throw Short(head, stored.Length);
        uint length = head switch
        {
            1 => stored[0],
            2 => BinaryPrimitives.ReadUInt16LittleEndian(stored),
            3 => (uint)(stored[0] | stored[1] << 8 | stored[2] << 16),
            _ => BinaryPrimitives.ReadUInt32LittleEndian(stored),
        };
        if (length > (uint)(stored.Length - head)) throw Short(length, stored.Length - head);
        var value = stored.Slice(head, (int)length);
        switch (step.Kind)
        {
            case StepKind.Utf8: case StepKind.Bytes: row.WriteBytes(value); break;
            case StepKind.Text: step.Form!.Write(row, value); break;
            case StepKind.PaddedBytes: Padded(value, step.Bytes, row); break;
            case StepKind.Json: row.WriteBytes(json.ToText(value)); break;
            case StepKind.Uuid: Uuid(value, row); break;
            case StepKind.Inet4: case StepKind.Inet6: Address(value, step.Bytes, row); break;
            case StepKind.CompressedBytes: row.WriteBytes(CompressedEvent.ExpandColumn(value, ValueBytesMax, ref room)); break;
            case StepKind.CompressedText: step.Form!.Write(row, CompressedEvent.ExpandColumn(value, ValueBytesMax, ref room)); break;
            default: throw new InvalidOperationException($"A column of kind {step.Kind} has a length.");
        }

        return head + (int)length;
    }

    static void Decimal(ReadOnlySpan<byte> stored, ref ColumnStep step, RowWriter row)
    {
        if (!DecimalForm.TryRead(stored, step.Precision, step.Scale, out var unscaled))
            throw new ValueRangeException($"a decimal({step.Precision},{step.Scale}) with more than {ColumnType.DecimalDigitsMax} significant digits (stored as {Convert.ToHexString(stored)}); {ColumnType.DecimalDigitsMax} can be carried");
        row.WriteDecimal(unscaled);
    }

    static void Enum(int number, byte[][] labels, RowWriter row)
    {
        if (number > labels.Length) throw new ValueRangeException($"the enum's number is {number} and it has {labels.Length} labels");
        row.WriteBytes(number == 0 ? default : labels[number - 1]);
    }

    static void Set(ulong bits, byte[][] labels, RowWriter row)
    {
        if (labels.Length < 64 && bits >> labels.Length != 0) throw new ValueRangeException($"the set's bits are {bits:X} and it has {labels.Length} labels");
        int most = 0, length = 0;
        for (int label = 0; label < labels.Length; label++)
            if ((bits >> label & 1) != 0)
                most += labels[label].Length + 1;
        var text = row.BeginBytes(most);
        for (int label = 0; label < labels.Length; label++)
        {
            if ((bits >> label & 1) == 0) continue;
            if (length > 0) text[length++] = (byte)',';
            labels[label].CopyTo(text[length..]);
            length += labels[label].Length;
        }

        row.EndBytes(length);
    }

    /// <summary>The log leaves zeros at the end of BINARY(n) out.</summary>
    static void Padded(ReadOnlySpan<byte> value, int bytes, RowWriter row)
    {
        if (value.Length >= bytes)
        {
            row.WriteBytes(value);
            return;
        }

        var padded = row.BeginBytes(bytes);
        value.CopyTo(padded);
        padded[value.Length..].Clear();
        row.EndBytes(bytes);
    }

    /// <summary>Tables hold the parts of some UUIDs in another order; the log has them in that of the text.</summary>
    static void Uuid(ReadOnlySpan<byte> value, RowWriter row)
    {
        if (value.Length > 16) throw new EventFormatException($"A UUID of {value.Length} bytes.");
        Span<byte> whole = stackalloc byte[16];
        whole.Clear();
        value.CopyTo(whole);
        row.WriteUuid(new Guid(whole, bigEndian: true));
    }

    static void Address(ReadOnlySpan<byte> value, int bytes, RowWriter row)
    {
        if (value.Length > bytes) throw new EventFormatException($"An address of {value.Length} bytes.");
        Span<byte> whole = stackalloc byte[16];
        whole.Clear();
        value.CopyTo(whole);
        Span<char> text = stackalloc char[64];
        new IPAddress(whole[..bytes]).TryFormat(text, out int length);
        row.WriteText(text[..length]);
    }

    static ulong BigEndian(ReadOnlySpan<byte> bytes)
    {
        ulong value = 0;
        foreach (byte part in bytes) value = value << 8 | part;
        return value;
    }

    static ulong LittleEndian(ReadOnlySpan<byte> bytes)
    {
        ulong value = 0;
        for (int index = bytes.Length - 1; index >= 0; index--) value = value << 8 | bytes[index];
        return value;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    static EventFormatException Short(long wanted, int left) => new(string.Create(CultureInfo.InvariantCulture, $"A row's value takes {wanted} bytes and {left} are left."));
}
