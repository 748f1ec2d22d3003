using System.Numerics;
using System.Runtime.CompilerServices;
using Orrery.Dataflow.Checkpoints;
using Orrery.Dataflow.Memory;
using Orrery.Sql.Rows;
using Orrery.Sql.Types;

namespace Orrery.Dataflow.State;

/// <summary>
/// Rows as a state keeps them: without what says nothing. Read, they are rows of their <see cref="RowLayout"/> again, byte for byte.
/// <code>
/// uint16 length of the row as it is read, 65,535: int32 behind it; not there where no column is variable
/// four bits a column, the even one below: 15: NULL
///   numbers: how many bytes follow, of the zigzag number (0: it is zero); 9: uint32 seconds of a time in microseconds; 14: 16 bytes
///   floats: 0, or their bytes; texts: 0 empty, 1 or 2: the number of one in the table in so many bytes, 3 or 4: length in one or four bytes, and the bytes
/// the bytes of the columns
/// </code>
/// Texts of a column come into the table while most are met again: see <see cref="Learning"/>. One text may so lie in one row by its number and in another as it is.
/// </summary>
internal sealed unsafe class RowPacking(RowLayout layout, PageStore pages, StateMemory memory) : IDisposable
{
    private const int Null = 15, Seconds = 9, Wide = 14, ShortText = 3, LongText = 4;
    private const long SecondMicroseconds = 1_000_000;

    private static readonly ulong[] Masks = [.. Enumerable.Range(0, 9).Select(static bytes => bytes == 8 ? ulong.MaxValue : (1UL << (bytes * 8)) - 1)];

    private readonly Column[] _columns = [.. Enumerable.Range(0, layout.Count).Select(column => ColumnOf(layout, column))];
    private readonly Learning[] _learnings = new Learning[layout.Count];
    private readonly int _controlBytes = (layout.Count + 1) / 2;
    private readonly int _nullBytes = (layout.Count + 7) / 8;
    private readonly int _fixedBytes = layout.FixedBytes;
    private readonly bool _isVariable = layout.Schema.Columns.Any(column => column.Type.IsVariable);
    private readonly TextTable _texts = new(memory, pages);
    private readonly RowBuffer _packed = new();

    private enum Form : byte
    {
        Number,
        Time,
        Wide,
        Real,
        Text,
    }

    private readonly record struct Column(int Offset, Form Form, byte SlotBytes);

    /// <summary>Bytes beside those of the store.</summary>
    public long Bytes => _texts.Bytes;

    /// <summary>A row, packed, good until the next one is.</summary>
    public nint Pack(nint row, out int bytes)
    {
        int length = PackedRow.Length(row);
        nint target = _packed.Take(checked(2 * sizeof(int) + _controlBytes + length + 5 * _columns.Length));
        byte* next = (byte*)target;
        if (_isVariable)
        {
            Unsafe.WriteUnaligned(next, (ushort)Math.Min(length, ushort.MaxValue));
            next += sizeof(ushort);
            if (length >= ushort.MaxValue)
            {
                Unsafe.WriteUnaligned(next, length);
                next += sizeof(int);
            }
        }

        byte* controls = next;
        new Span<byte>(controls, _controlBytes).Clear();
        next += _controlBytes;
        for (int index = 0; index < _columns.Length; index++)
        {
            int code = RowReader.IsNull(row, index) ? Null : PackColumn(index, row, ref next);
            controls[index >> 1] |= (byte)(code << ((index & 1) << 2));
        }

        bytes = (int)(next - (byte*)target);
        return target;
    }

    /// <summary>Bytes of a packed row as it is read.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int Length(nint packed)
    {
        if (!_isVariable) return _fixedBytes;
        int length = Unsafe.ReadUnaligned<ushort>((void*)packed);
        return length < ushort.MaxValue ? length : Unsafe.ReadUnaligned<int>((byte*)packed + sizeof(ushort));
    }

    /// <summary>Bytes of a packed row.</summary>
    public int PackedBytes(nint packed)
    {
        byte* controls = Controls(packed), next = controls + _controlBytes;
        for (int index = 0; index < _columns.Length; index++) next += BytesOf(_columns[index].Form, Code(controls, index), next);
        return (int)(next - (byte*)packed);
    }

    public nint Read(nint packed, RowBuffer into) => ReadColumns(packed, into, _columns.Length);

    public nint Read(nint packed, RowArena arena)
    {
        nint row = arena.Allocate(Length(packed));
        Read(packed, row, _columns.Length);
        return row;
    }

    /// <summary>A row of which only the first columns are there.</summary>
    public nint ReadColumns(nint packed, RowBuffer into, int columns)
    {
        nint row = into.Take(Length(packed));
        Read(packed, row, columns);
        return row;
    }

    /// <summary>Whether a packed row is this one.</summary>
    public bool AreEqual(nint packed, nint row)
    {
        if (Length(packed) != PackedRow.Length(row)) return false;
        byte* controls = Controls(packed), next = controls + _controlBytes;
        for (int index = 0; index < _columns.Length; index++)
        {
            int code = Code(controls, index);
            bool isNull = RowReader.IsNull(row, index);
            if (code == Null != isNull) return false;
            if (isNull) continue;
            ref readonly var column = ref _columns[index];
            if (column.Form == Form.Text)
            {
                var text = ReadText(code, ref next);
                var other = RowReader.Bytes(row, column.Offset);
                if (text.Length != other.Length || !RowHash.AreEqual(text.Address, other.Address, text.Length)) return false;
                continue;
            }

            if (code == Wide)
            {
                if (Unsafe.ReadUnaligned<Int128>(next) != RowReader.Decimal128(row, column.Offset)) return false;
                next += sizeof(Int128);
                continue;
            }

            long value = column.Form == Form.Real ? ReadReal(code, ref next) : ReadNumber(code, ref next);
            bool isEqual = column.Form switch
            {
                Form.Wide => RowReader.Decimal128(row, column.Offset) == value,
                Form.Real when column.SlotBytes == 4 => Unsafe.ReadUnaligned<uint>((byte*)row + column.Offset) == (ulong)value,
                _ => Integer(row, column) == value,
            };
            if (!isEqual) return false;
        }

        return true;
    }

    public void Transfer(StateTransfer transfer)
    {
        _texts.Transfer(transfer);
        for (int index = 0; index < _columns.Length; index++)
            if (_columns[index].Form == Form.Text) transfer.Value(ref _learnings[index]);
    }

    public void Dispose() => _texts.Dispose();

    private static Column ColumnOf(RowLayout layout, int column)
    {
        var type = layout.Schema[column].Type;
        var form = type.IsVariable ? Form.Text
            : type.IsApproximate ? Form.Real
            : type.SlotBytes == 16 ? Form.Wide
            : type.Kind is SqlTypeKind.Timestamp or SqlTypeKind.TimestampLtz or SqlTypeKind.Time or SqlTypeKind.IntervalMicroseconds ? Form.Time
            : Form.Number;
        return new Column(layout.OffsetOf(column), form, (byte)type.SlotBytes);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Code(byte* controls, int index) => (controls[index >> 1] >> ((index & 1) << 2)) & 15;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long Integer(nint row, in Column column) => column.SlotBytes switch
    {
        8 => RowReader.Int64(row, column.Offset),
        4 => RowReader.Int32(row, column.Offset),
        2 => RowReader.Int16(row, column.Offset),
        1 => RowReader.Int8(row, column.Offset),
        _ => 0,
    };

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private byte* Controls(nint packed)
    {
        if (!_isVariable) return (byte*)packed;
        return (byte*)packed + (Unsafe.ReadUnaligned<ushort>((void*)packed) < ushort.MaxValue ? sizeof(ushort) : sizeof(ushort) + sizeof(int));
    }

    private int PackColumn(int index, nint row, ref byte* next)
    {
        ref readonly var column = ref _columns[index];
        switch (column.Form)
        {
            case Form.Text:
                return PackText(index, RowReader.Bytes(row, column.Offset), ref next);
            case Form.Real:
                ulong bits = column.SlotBytes == 4 ? Unsafe.ReadUnaligned<uint>((byte*)row + column.Offset) : Unsafe.ReadUnaligned<ulong>((byte*)row + column.Offset);
                if (bits == 0) return 0;
                Unsafe.WriteUnaligned(next, bits);
                next += column.SlotBytes;
                return column.SlotBytes;
            case Form.Wide:
                var wide = RowReader.Decimal128(row, column.Offset);
                if ((long)wide == wide) return PackNumber((long)wide, ref next);
                Unsafe.WriteUnaligned(next, wide);
                next += sizeof(Int128);
                return Wide;
            default:
                long value = Integer(row, column);
                if (column.Form == Form.Time && value > 0 && value / SecondMicroseconds is var seconds && seconds * SecondMicroseconds == value && seconds <= uint.MaxValue)
                {
                    Unsafe.WriteUnaligned(next, (uint)seconds);
                    next += sizeof(uint);
                    return Seconds;
                }

                return PackNumber(value, ref next);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int PackNumber(long value, ref byte* next)
    {
        ulong zigzag = (ulong)((value << 1) ^ (value >> 63));
        int bytes = (71 - BitOperations.LeadingZeroCount(zigzag)) >> 3;
        Unsafe.WriteUnaligned(next, zigzag);
        next += bytes;
        return bytes;
    }

    private int PackText(int index, Bytes text, ref byte* next)
    {
        if (text.Length == 0) return 0;
        int number = NumberOf(index, text);
        if (number >= 0)
        {
            Unsafe.WriteUnaligned(next, (ushort)number);
            int bytes = number <= byte.MaxValue ? 1 : 2;
            next += bytes;
            return bytes;
        }

        bool isShort = text.Length <= byte.MaxValue;
        if (isShort) *next = (byte)text.Length;
        else Unsafe.WriteUnaligned(next, text.Length);
        next += isShort ? 1 : sizeof(int);
        Unsafe.CopyBlockUnaligned(next, (void*)text.Address, (uint)text.Length);
        next += text.Length;
        return isShort ? ShortText : LongText;
    }

    private int NumberOf(int index, Bytes text)
    {
        ref var learning = ref _learnings[index];
        if (learning.IsOver || text.Length < TextTable.TextBytesMin || text.Length > TextTable.TextBytesMax) return -1;
        uint hash = TextTable.Hash(text);
        int number = _texts.Find(text, hash);
        bool isNew = number < 0;
        if (isNew && !_texts.IsFull) number = _texts.Add(text, hash);
        learning.Note(isNew);
        return number;
    }

    private void Read(nint packed, nint row, int columns)
    {
        byte* controls = Controls(packed), next = controls + _controlBytes, target = (byte*)row;
        RowWriter.Length(row, Length(packed));
        Unsafe.InitBlockUnaligned(target + RowLayout.NullsOffset, 0, (uint)_nullBytes);
        int place = _fixedBytes;
        for (int index = 0; index < columns; index++)
        {
            ref readonly var column = ref _columns[index];
            int code = Code(controls, index);
            if (code == Null)
            {
                RowWriter.Null(row, index);
                Unsafe.InitBlockUnaligned(target + column.Offset, 0, column.SlotBytes);
            }
            else if (column.Form == Form.Text)
            {
                place = RowWriter.Piece(row, column.Offset, place, ReadText(code, ref next));
            }
            else if (code == Wide)
            {
                Unsafe.WriteUnaligned(target + column.Offset, Unsafe.ReadUnaligned<Int128>(next));
                next += sizeof(Int128);
            }
            else
            {
                long value = column.Form == Form.Real ? ReadReal(code, ref next) : ReadNumber(code, ref next);
                if (column.SlotBytes == 8) Unsafe.WriteUnaligned(target + column.Offset, value);
                else if (column.SlotBytes == 4) Unsafe.WriteUnaligned(target + column.Offset, (int)value);
                else if (column.SlotBytes == 1) target[column.Offset] = (byte)value;
                else if (column.SlotBytes == 2) Unsafe.WriteUnaligned(target + column.Offset, (short)value);
                else if (column.SlotBytes == 16) Unsafe.WriteUnaligned(target + column.Offset, (Int128)value);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static long ReadNumber(int code, ref byte* next)
    {
        if (code == Seconds)
        {
            uint seconds = Unsafe.ReadUnaligned<uint>(next);
            next += sizeof(uint);
            return seconds * SecondMicroseconds;
        }

        ulong zigzag = Unsafe.ReadUnaligned<ulong>(next) & Masks[code];
        next += code;
        return (long)(zigzag >> 1) ^ -(long)(zigzag & 1);
    }

    private static long ReadReal(int code, ref byte* next)
    {
        long bits = (long)(Unsafe.ReadUnaligned<ulong>(next) & Masks[code]);
        next += code;
        return bits;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private Bytes ReadText(int code, ref byte* next)
    {
        if (code == 0) return new Bytes((nint)next, 0);
        if (code <= 2)
        {
            int number = code == 1 ? *next : Unsafe.ReadUnaligned<ushort>(next);
            next += code;
            return _texts.At(number);
        }

        int length = code == ShortText ? *next : Unsafe.ReadUnaligned<int>(next);
        next += code == ShortText ? 1 : sizeof(int);
        var text = new Bytes((nint)next, length);
        next += length;
        return text;
    }

    private static int BytesOf(Form form, int code, byte* next) => code switch
    {
        Null or 0 => 0,
        _ when form == Form.Text => code switch
        {
            ShortText => 1 + *next,
            LongText => sizeof(int) + Unsafe.ReadUnaligned<int>(next),
            _ => code,
        },
        Seconds => sizeof(uint),
        Wide => sizeof(Int128),
        _ => code,
    };
}
