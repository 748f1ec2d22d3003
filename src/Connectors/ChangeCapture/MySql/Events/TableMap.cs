using System.Text;
using Orrery.Connectors.ChangeCapture.MySql.Protocol;

namespace Orrery.Connectors.ChangeCapture.MySql.Events;

/// <summary>How a table's rows are stored in the events that follow: types, their parameters, and what the server says beyond that.</summary>
internal sealed class TableMap
{
    public const int ColumnsMax = 4096;

    public required long Id { get; init; }

    public required string Database { get; init; }

    public required string Table { get; init; }

    /// <summary>A column's stored type; for CHAR, ENUM and SET the real one.</summary>
    public required StoredType[] Types { get; init; }

    /// <summary>A type's parameter: length of a string, digits and scale of a decimal (256 * digits + scale), bits, length bytes of a blob, digits of a fraction, bytes of an enum or set.</summary>
    public required int[] Parameters { get; init; }

    /// <summary>Per column, whether it is unsigned; null where the server does not say.</summary>
    public bool[]? Unsigned { get; private set; }

    /// <summary>Names; null unless the server logs full metadata.</summary>
    public string[]? Names { get; private set; }

    /// <summary>Per column, the number of its collation, 0 for none; null where the server does not say.</summary>
    public int[]? Collations { get; private set; }

    /// <summary>Per column, the labels of an enum or set in the column's character set; null where the server does not say.</summary>
    public byte[][]?[]? Labels { get; private set; }

    /// <summary>The primary key's columns; null where the server does not say.</summary>
    public int[]? Keys { get; private set; }

    /// <summary>Reads an event's body, checksum left off.</summary>
    /// <exception cref="EventFormatException">It is damaged.</exception>
    public static TableMap Read(ReadOnlySpan<byte> body, bool shortId)
    {
        var reader = new PacketReader(body);
        long id = shortId ? reader.UInt32() : reader.UInt48();
        reader.Skip(2);
        string database = Name(ref reader), table = Name(ref reader);
        int count = reader.Count();
        if (count is 0 or > ColumnsMax) throw new EventFormatException($"{database}.{table} has {count} columns; 1 to {ColumnsMax} are possible.");
        var types = new StoredType[count];
        var stored = reader.Bytes(count);
        for (int column = 0; column < count; column++) types[column] = (StoredType)stored[column];
        var parameters = ReadParameters(types, new PacketReader(reader.LengthBytes()));
        reader.Skip((count + 7) / 8);
        var map = new TableMap { Id = id, Database = database, Table = table, Types = types, Parameters = parameters };
        while (reader.Left > 0)
        {
            byte field = reader.Byte();
            map.ReadOptional(field, new PacketReader(reader.LengthBytes()));
        }

        return map;
    }

    public override string ToString() => $"{Database}.{Table}";

    static string Name(ref PacketReader reader)
    {
        string name = Encoding.UTF8.GetString(reader.Bytes(reader.Byte()));
        reader.Skip(1);
        return name;
    }

    static int[] ReadParameters(StoredType[] types, PacketReader reader)
    {
        var parameters = new int[types.Length];
        for (int column = 0; column < types.Length; column++)
        {
            switch (types[column])
            {
                case StoredType.Float or StoredType.Double or StoredType.Blob or StoredType.CompressedBlob or StoredType.Geometry or StoredType.Json
                    or StoredType.Timestamp2 or StoredType.DateTime2 or StoredType.Time2 or StoredType.TinyBlob or StoredType.MediumBlob or StoredType.LongBlob or StoredType.Vector:
                    parameters[column] = reader.Byte();
                    break;
                case StoredType.Varchar or StoredType.CompressedVarchar:
                    parameters[column] = reader.UInt16();
                    break;
                case StoredType.Bit:
                    int bits = reader.Byte();
                    parameters[column] = bits + 8 * reader.Byte();
                    break;
                case StoredType.Decimal:
                    int digits = reader.Byte();
                    parameters[column] = digits << 8 | reader.Byte();
                    break;
                case StoredType.String or StoredType.VarString or StoredType.Enum or StoredType.Set:
                    int real = reader.Byte(), length = reader.Byte();
                    // Two bits of a length over 255 hide, inverted, where all real types have ones.
                    types[column] = (StoredType)(real | 0x30);
                    parameters[column] = length | ((real & 0x30) ^ 0x30) << 4;
                    break;
            }
        }

        return parameters;
    }

    void ReadOptional(byte field, PacketReader reader)
    {
        switch (field)
        {
            case 1:
                Unsigned = new bool[Types.Length];
                int bit = 0;
                var bits = reader.Rest();
                for (int column = 0; column < Types.Length; column++)
                {
                    if (!IsNumber(Types[column])) continue;
                    if (bit >> 3 >= bits.Length) throw new EventFormatException($"{this}: the signs of {bits.Length * 8} numbers are fewer than its numbers.");
                    Unsigned[column] = (bits[bit >> 3] & 0x80 >> (bit & 7)) != 0;
                    bit++;
                }

                break;
            case 2: ReadDefaultCollation(ref reader, IsText); break;
            case 3: ReadCollations(ref reader, IsText); break;
            case 4:
                Names = new string[Types.Length];
                for (int column = 0; column < Types.Length; column++) Names[column] = reader.LengthText();
                break;
            case 5: ReadLabels(ref reader, StoredType.Set); break;
            case 6: ReadLabels(ref reader, StoredType.Enum); break;
            case 8: ReadKeys(ref reader, withPrefix: false); break;
            case 9: ReadKeys(ref reader, withPrefix: true); break;
            case 10: ReadDefaultCollation(ref reader, IsLabelled); break;
            case 11: ReadCollations(ref reader, IsLabelled); break;
        }
    }

    void ReadDefaultCollation(ref PacketReader reader, Func<StoredType, bool> applies)
    {
        int usual = Collation(ref reader), index = 0;
        var others = new Dictionary<int, int>();
        while (reader.Left > 0)
        {
            int column = reader.Count();
            others[column] = Collation(ref reader);
        }

        Collations ??= new int[Types.Length];
        for (int column = 0; column < Types.Length; column++)
            if (applies(Types[column]))
                Collations[column] = others.GetValueOrDefault(index++, usual);
    }

    void ReadCollations(ref PacketReader reader, Func<StoredType, bool> applies)
    {
        Collations ??= new int[Types.Length];
        for (int column = 0; column < Types.Length; column++)
            if (applies(Types[column]))
                Collations[column] = Collation(ref reader);
    }

    void ReadLabels(ref PacketReader reader, StoredType type)
    {
        Labels ??= new byte[][]?[Types.Length];
        for (int column = 0; column < Types.Length; column++)
        {
            if (Types[column] != type) continue;
            var labels = new byte[reader.Count()][];
            for (int label = 0; label < labels.Length; label++) labels[label] = reader.LengthBytes().ToArray();
            Labels[column] = labels;
        }
    }

    void ReadKeys(ref PacketReader reader, bool withPrefix)
    {
        var keys = new List<int>();
        while (reader.Left > 0)
        {
            ulong column = reader.Length();
            if (column >= (ulong)Types.Length) throw new EventFormatException($"{this}: key column {column} is none of its {Types.Length}.");
            keys.Add((int)column);
            if (withPrefix) reader.Length();
        }

        Keys = [.. keys];
    }

    static int Collation(ref PacketReader reader) => (int)Math.Min(reader.Length(), int.MaxValue);

    static bool IsNumber(StoredType type) => type is StoredType.Tiny or StoredType.Short or StoredType.Int24 or StoredType.Long or StoredType.LongLong
        or StoredType.Decimal or StoredType.Float or StoredType.Double;

    static bool IsText(StoredType type) => type is StoredType.String or StoredType.VarString or StoredType.Varchar or StoredType.Blob or StoredType.CompressedVarchar or StoredType.CompressedBlob;

    static bool IsLabelled(StoredType type) => type is StoredType.Enum or StoredType.Set;
}
