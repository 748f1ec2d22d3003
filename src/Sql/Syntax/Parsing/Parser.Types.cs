namespace Orrery.Sql.Syntax;

/// <summary>Types.</summary>
sealed partial class Parser
{
    static readonly string[] TypeWords =
    [
        "BOOLEAN", "TINYINT", "SMALLINT", "INT", "INTEGER", "BIGINT", "DECIMAL", "NUMERIC", "DEC", "FLOAT", "DOUBLE", "CHAR", "VARCHAR", "STRING", "BINARY", "VARBINARY",
        "BYTES", "DATE", "TIME", "TIMESTAMP", "TIMESTAMP_LTZ", "INTERVAL", "ARRAY", "MAP", "MULTISET", "ROW",
    ];

    /// <summary>Names of types in other databases, and what they are here.</summary>
    static readonly Dictionary<string, string> ForeignTypes = new(StringComparer.OrdinalIgnoreCase)
    {
        ["TEXT"] = "STRING", ["LONGTEXT"] = "STRING", ["MEDIUMTEXT"] = "STRING", ["NVARCHAR"] = "VARCHAR", ["VARCHAR2"] = "VARCHAR", ["CLOB"] = "STRING", ["JSON"] = "STRING",
        ["JSONB"] = "STRING", ["UUID"] = "CHAR(36)", ["BLOB"] = "BYTES", ["BYTEA"] = "BYTES", ["LONG"] = "BIGINT", ["BOOL"] = "BOOLEAN", ["BIT"] = "BOOLEAN", ["INT2"] = "SMALLINT",
        ["INT4"] = "INT", ["INT8"] = "BIGINT", ["MEDIUMINT"] = "INT", ["NUMBER"] = "DECIMAL", ["MONEY"] = "DECIMAL(19, 4)", ["REAL"] = "FLOAT", ["FLOAT8"] = "DOUBLE",
        ["DATETIME"] = "TIMESTAMP", ["DATETIME2"] = "TIMESTAMP", ["TIMESTAMPTZ"] = "TIMESTAMP_LTZ", ["SERIAL"] = "INT",
    };

    /// <summary>Reads a type.</summary>
    /// <param name="postfixes">Whether NOT NULL, ARRAY and MULTISET may follow it; not behind <c>::</c>.</param>
    public TypeSyntax ReadType(bool postfixes = true)
    {
        Enter();
        int outer = height, start = index;
        height = 0;
        TypeSyntax type = ReadTypeWord(start);
        int levels = height + 1;
        if (postfixes)
        {
            while (true)
            {
                if (Take("ARRAY"))
                    type = new ArrayTypeSyntax(type) { Span = From(start) };
                else if (Take("MULTISET"))
                    type = new MultisetTypeSyntax(type) { Span = From(start) };
                else if (At("NOT", "NULL") && !type.NotNull)
                    type = TakeNotNull(type, start);
                else if (type.NotNull || !TakeNull())
                    break;
                CheckHeight(++levels);
            }
        }

        height = Math.Max(outer, levels);
        Leave();
        return type;
    }

    TypeSyntax TakeNotNull(TypeSyntax type, int start)
    {
        index += 2;
        return type with { NotNull = true, Span = From(start) };
    }

    /// <summary>NULL behind a type says what is so anyway.</summary>
    bool TakeNull() => Ahead(1).Mark != "ON" && Take("NULL");

    TypeSyntax ReadTypeWord(int start)
    {
        Seek(Expectations.Type);
        foreach (string word in TypeWords)
            Seek(word);
        if (Current.Kind != TokenKind.Word)
            throw Unexpected("a type");
        string mark = Current.Mark;
        switch (mark)
        {
            case "ARRAY" or "MULTISET":
                index++;
                Expect("<");
                TypeSyntax element = ReadType();
                Expect(">");
                return mark == "ARRAY" ? new ArrayTypeSyntax(element) { Span = From(start) } : new MultisetTypeSyntax(element) { Span = From(start) };
            case "MAP":
                index++;
                Expect("<");
                TypeSyntax key = ReadType();
                Expect(",");
                TypeSyntax value = ReadType();
                Expect(">");
                return new MapTypeSyntax(key, value) { Span = From(start) };
            case "ROW":
                return ReadRowType(start);
            case "INTERVAL":
                index++;
                return new IntervalTypeSyntax(ReadIntervalQualifier()) { Span = From(start) };
            default:
                return ReadScalarType(mark, start);
        }
    }

    RowTypeSyntax ReadRowType(int start)
    {
        index++;
        bool angles = Take("<");
        if (!angles)
            Expect("(");
        SyntaxList<RowFieldSyntax> fields = List(ReadRowField);
        Expect(angles ? ">" : ")");
        return new RowTypeSyntax(fields) { Span = From(start) };
    }

    RowFieldSyntax ReadRowField()
    {
        int start = index;
        IdentifierSyntax name = ReadIdentifier("a field's name");
        TypeSyntax type = ReadType();
        string? comment = Current.Kind == TokenKind.String ? ReadText("a comment") : null;
        return new RowFieldSyntax(name, type, comment) { Span = From(start) };
    }

    ScalarTypeSyntax ReadScalarType(string mark, int start)
    {
        ScalarTypeName? name = mark switch
        {
            "BOOLEAN" => ScalarTypeName.Boolean,
            "TINYINT" => ScalarTypeName.TinyInt,
            "SMALLINT" => ScalarTypeName.SmallInt,
            "INT" or "INTEGER" => ScalarTypeName.Int,
            "BIGINT" => ScalarTypeName.BigInt,
            "DECIMAL" or "NUMERIC" or "DEC" => ScalarTypeName.Decimal,
            "FLOAT" => ScalarTypeName.Float,
            "DOUBLE" => ScalarTypeName.Double,
            "CHAR" or "CHARACTER" => ScalarTypeName.Char,
            "VARCHAR" => ScalarTypeName.VarChar,
            "STRING" => ScalarTypeName.String,
            "BINARY" => ScalarTypeName.Binary,
            "VARBINARY" => ScalarTypeName.VarBinary,
            "BYTES" => ScalarTypeName.Bytes,
            "DATE" => ScalarTypeName.Date,
            "TIME" => ScalarTypeName.Time,
            "TIMESTAMP" => ScalarTypeName.Timestamp,
            "TIMESTAMP_LTZ" => ScalarTypeName.TimestampWithLocalTimeZone,
            "NULL" => ScalarTypeName.Null,
            _ => null,
        };
        if (name is not { } found)
            throw UnknownType();
        index++;
        if (found == ScalarTypeName.Double)
            Take("PRECISION");
        if (found is ScalarTypeName.Char or ScalarTypeName.Binary && Take("VARYING"))
            found = found == ScalarTypeName.Char ? ScalarTypeName.VarChar : ScalarTypeName.VarBinary;
        (int? precision, int? scale) = ReadPrecision(found);
        if (found is ScalarTypeName.Time or ScalarTypeName.Timestamp)
            found = ReadZone(found);
        return new ScalarTypeSyntax(found, precision, scale) { Span = From(start) };
    }

    (int? Precision, int? Scale) ReadPrecision(ScalarTypeName name)
    {
        bool takes = name is ScalarTypeName.Decimal or ScalarTypeName.Char or ScalarTypeName.VarChar or ScalarTypeName.Binary or ScalarTypeName.VarBinary
            or ScalarTypeName.Time or ScalarTypeName.Timestamp or ScalarTypeName.TimestampWithLocalTimeZone;
        if (!takes || !Take("("))
            return (null, null);
        int precision = ReadSmallNumber("the length or the digits");
        int? scale = name == ScalarTypeName.Decimal && Take(",") ? ReadSmallNumber("the digits after the point") : null;
        Expect(")");
        return (precision, scale);
    }

    ScalarTypeName ReadZone(ScalarTypeName name)
    {
        if (At("WITHOUT", "TIME"))
        {
            index += 2;
            Expect("ZONE");
            return name;
        }

        if (name != ScalarTypeName.Timestamp || Current.Mark != "WITH" || Ahead(1).Mark is not ("LOCAL" or "TIME"))
            return name;
        Expect("WITH");
        if (!Take("LOCAL"))
            throw Error("TIMESTAMP WITH TIME ZONE is not a type of the dialect: take TIMESTAMP_LTZ, a point in time that is shown in the session's zone.", Current.Span);
        Expect("TIME");
        Expect("ZONE");
        return ScalarTypeName.TimestampWithLocalTimeZone;
    }

    SqlSyntaxException UnknownType()
    {
        if (!IsName(Current))
            return Unexpected("a type");
        string meant = ForeignTypes.TryGetValue(Current.Text, out string? other) ? other : EditDistance.Nearest(Current.Text.ToUpperInvariant(), TypeWords) ?? "";
        return Error($"expected a type, found {Current.Shown}.{(meant.Length > 0 ? $" Did you mean {meant}?" : "")}", Current.Span);
    }
}
