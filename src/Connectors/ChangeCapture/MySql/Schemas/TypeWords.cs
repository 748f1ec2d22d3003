using Orrery.Connectors.ChangeCapture.MySql.Columns;

namespace Orrery.Connectors.ChangeCapture.MySql.Schemas;

/// <summary>Reads a column's type, as definitions and information_schema spell it.</summary>
internal static class TypeWords
{
    /// <summary>Reads a type from <c>COLUMN_TYPE</c>.</summary>
    /// <param name="text">Such as <c>int(10) unsigned</c>.</param>
    /// <param name="charset">From <c>CHARACTER_SET_NAME</c>; null where there is none.</param>
    public static MySqlType Parse(string text, string? charset)
    {
        var words = new SqlWords(text);
        var type = Read(words, isMariaDb: false);
        while (!words.AtEnd)
        {
            if (words.Is("unsigned") || words.Is("zerofill")) type = type with { Unsigned = true };
            words.Next();
        }

        return Finish(type, charset is null ? null : Charsets.Normal(charset));
    }

    /// <summary>Reads name, length and what belongs to the name; attributes are left to the caller. A character set comes only with names that imply one.</summary>
    public static MySqlType Read(SqlWords words, bool isMariaDb)
    {
        string name = words.Name().ToLowerInvariant();
        bool national = false;
        if (name == "national")
        {
            national = true;
            name = words.Name().ToLowerInvariant();
        }

        string? charset = null;
        switch (name)
        {
            case "nchar" or "nvarchar":
                name = name[1..];
                national = true;
                break;
            case "double":
                words.Take("precision");
                break;
            case "long":
                name = words.Take("varbinary") ? "mediumblob" : "mediumtext";
                if (!words.Take("varchar")) words.Take("char", "varying");
                break;
        }

        name = Alias(name);
        if (name is "char" && words.Take("varying")) name = "varchar";
        if (name is "char" or "varchar" && words.Take("byte")) name = name == "char" ? "binary" : "varbinary";
        if (national) charset = "utf8mb3";
        if (name is "bool" or "boolean")
            return new MySqlType("tinyint", 0, 0, false, null, []);
        if (name == "serial") return new MySqlType("bigint", 0, 0, true, null, []);
        if (name == "json" && isMariaDb) return new MySqlType("longtext", 0, 0, false, "utf8mb4", []);
        if (name is "enum" or "set") return new MySqlType(name, 0, 0, false, charset, Labels(words));
        (int length, int scale) = Lengths(words, name);
        if (name is "char" or "varchar" && words.Take("byte")) name = name == "char" ? "binary" : "varbinary";
        return Shape(name, length, scale, charset);
    }

    /// <summary>Gives a text its character set.</summary>
    public static MySqlType Finish(MySqlType type, string? charset)
    {
        if (!type.HasCharset) return type with { Charset = null };
        string? own = type.Charset ?? charset;
        if (own != "binary" || type.IsLabelled) return type with { Charset = own };
        // CHAR ... CHARACTER SET binary is BINARY by another name.
        return type with
        {
            Name = type.Name switch { "char" => "binary", "varchar" => "varbinary", "tinytext" => "tinyblob", "text" => "blob", "mediumtext" => "mediumblob", _ => "longblob" },
            Charset = null,
        };
    }

    static string Alias(string name) => name switch
    {
        "int1" => "tinyint",
        "int2" => "smallint",
        "int3" or "middleint" => "mediumint",
        "int4" or "integer" => "int",
        "int8" => "bigint",
        "dec" or "numeric" or "fixed" or "number" => "decimal",
        "real" or "float8" => "double",
        "float4" => "float",
        "character" => "char",
        "varchar2" or "varcharacter" => "varchar",
        "clob" => "longtext",
        "raw" => "varbinary",
        "geomcollection" => "geometrycollection",
        _ => name,
    };

    static MySqlType Shape(string name, int length, int scale, string? charset)
    {
        switch (name)
        {
            case "tinyint" or "smallint" or "mediumint" or "int" or "bigint" or "year" or "double" or "date" or "json":
                length = scale = 0;
                break;
            case "float":
                if (scale == 0 && length > 24) name = "double";
                length = scale = 0;
                break;
            case "decimal":
                if (length == 0) length = 10;
                break;
            case "bit" or "char" or "binary":
                if (length <= 0) length = length < 0 ? 0 : 1;
                break;
            case "text" or "blob":
                // A length chooses the smallest that holds it; how many bytes that is depends on the character set, and the log tells.
                if (length > 0) name = Sized(name, length);
                length = 0;
                break;
        }

        return new MySqlType(name, Math.Max(length, 0), scale, false, charset, []);
    }

    static string Sized(string name, int length) => length switch
    {
        <= 255 => "tiny",
        <= 65535 => "",
        <= 16777215 => "medium",
        _ => "long",
    } + name;

    static (int Length, int Scale) Lengths(SqlWords words, string name)
    {
        if (!words.Take('(')) return (0, 0);
        // char(0) and binary(0) are not char and binary: -1 says so.
        int length = words.Number(), scale = 0;
        if (words.Take(',')) scale = words.Number();
        words.Expect(')');
        return (length == 0 && name is "char" or "binary" ? -1 : length, scale);
    }

    static List<string> Labels(SqlWords words)
    {
        var labels = new List<string>();
        words.Expect('(');
        do
        {
            if (words.Kind is not (WordKind.Text or WordKind.QuotedName)) throw words.Unexpected("a label");
            labels.Add(words.Text.TrimEnd(' '));
            words.Next();
        }
        while (words.Take(','));
        words.Expect(')');
        return labels;
    }
}
