using Orrery.Connectors.ChangeCapture.MySql.Columns;
using Orrery.Connectors.ChangeCapture.MySql.Events;

namespace Orrery.Connectors.ChangeCapture.MySql.Schemas;

/// <summary>A table's definition from what its rows' own description says.</summary>
internal static class LoggedDefinition
{
    const int EnumLabelsMax = 65_535, SetLabelsMax = 64;

    static readonly IReadOnlyList<string> Numbers = [.. Enumerable.Range(1, EnumLabelsMax).Select(number => number.ToString(System.Globalization.CultureInfo.InvariantCulture))];

    /// <summary>
    /// A definition for looking at rows of which nothing else is known, as mysqlbinlog shows them: columns <c>@1</c>, <c>@2</c> ...; integers have a sign, texts are bytes,
    /// labels are their numbers, and there is no key.
    /// </summary>
    public static MySqlTable Number(TableMap map)
    {
        var columns = new MySqlColumn[map.Types.Length];
        for (int index = 0; index < columns.Length; index++)
        {
            var type = map.Types[index] switch
            {
                StoredType.Enum => new MySqlType("enum", 0, 0, false, "utf8mb4", Numbers),
                StoredType.Set => new MySqlType("set", 0, 0, false, "utf8mb4", [.. Numbers.Take(SetLabelsMax)]),
                _ => TypeOf(map, index, "binary") ?? throw new ChangeSourceException(ChangeSourceFault.Schema, $"Column {index + 1} of {map} is stored as {map.Types[index]}, which cannot be shown without its definition."),
            };
            columns[index] = new MySqlColumn($"@{index + 1}", type, true);
        }

        return new MySqlTable(map.Database, map.Table, "utf8mb4", columns, []);
    }

    /// <summary>The definition that a server logs in full where it is told to (<c>binlog_row_metadata=FULL</c>); null where the description has no names or no character sets.</summary>
    public static MySqlTable? Read(TableMap map)
    {
        if (map.Names is not { } names || names.Distinct(StringComparer.OrdinalIgnoreCase).Count() != names.Length) return null;
        var columns = new MySqlColumn[names.Length];
        for (int index = 0; index < names.Length; index++)
        {
            string? charset = map.Collations?[index] is > 0 and var number ? Charsets.OfCollationNumber(number) : null;
            if (TypeOf(map, index, charset) is not { } type) return null;
            columns[index] = new MySqlColumn(names[index], type, !(map.Keys?.Contains(index) ?? false));
        }

        return new MySqlTable(map.Database, map.Table, "utf8mb4", columns, [.. (map.Keys ?? []).Select(key => names[key])]);
    }

    static MySqlType? TypeOf(TableMap map, int index, string? charset)
    {
        int parameter = map.Parameters[index];
        bool unsigned = map.Unsigned?[index] ?? false;
        MySqlType Plain(string name, int length = 0) => new(name, length, 0, unsigned, null, []);
        return map.Types[index] switch
        {
            StoredType.Tiny => Plain("tinyint"),
            StoredType.Short => Plain("smallint"),
            StoredType.Int24 => Plain("mediumint"),
            StoredType.Long => Plain("int"),
            StoredType.LongLong => Plain("bigint"),
            StoredType.Float => Plain("float"),
            StoredType.Double => Plain("double"),
            StoredType.Decimal => Plain("decimal", parameter >> 8) with { Scale = parameter & 255 },
            StoredType.Bit => Plain("bit", parameter),
            StoredType.Year => Plain("year"),
            StoredType.Date or StoredType.NewDate => Plain("date"),
            StoredType.Time or StoredType.Time2 => Plain("time", Digits()),
            StoredType.DateTime or StoredType.DateTime2 => Plain("datetime", Digits()),
            StoredType.Timestamp or StoredType.Timestamp2 => Plain("timestamp", Digits()),
            StoredType.Json => Plain("json"),
            StoredType.Geometry => Plain("geometry"),
            StoredType.Vector => Plain("vector"),
            StoredType.Enum => Labelled("enum"),
            StoredType.Set => Labelled("set"),
            _ when charset is null => null,
            StoredType.Varchar or StoredType.VarString or StoredType.CompressedVarchar => Text("varbinary", "varchar", parameter),
            StoredType.String => Text("binary", "char", parameter),
            StoredType.Blob or StoredType.CompressedBlob => Text(Sized(parameter) + "blob", Sized(parameter) + "text", 0),
            _ => null,
        };

        int Digits() => map.Types[index] is StoredType.Time2 or StoredType.DateTime2 or StoredType.Timestamp2 ? parameter : 0;

        MySqlType Text(string bytes, string text, int length) => charset == "binary"
            ? Plain(bytes, length)
            : new MySqlType(text, length / Charsets.CharacterBytesMax(charset!), 0, false, charset, []);

        MySqlType? Labelled(string name)
        {
            if (map.Labels?[index] is not { } labels) return null;
            var form = charset is null or "binary" ? new TextForm(null, true) : Charsets.FormOf(charset);
            return new MySqlType(name, 0, 0, false, charset ?? "utf8mb4", [.. labels.Select(label => form.ToText(label))]);
        }
    }

    static string Sized(int lengthBytes) => lengthBytes switch { 1 => "tiny", 2 => "", 3 => "medium", _ => "long" };
}
