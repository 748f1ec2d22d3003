namespace Orrery.Sql.Syntax;

/// <summary>Functions of JSON.</summary>
sealed partial class Parser
{
    ExpressionSyntax? ReadJsonCall(string mark, int start) => mark switch
    {
        "JSON_EXISTS" => ReadJsonExists(start),
        "JSON_VALUE" => ReadJsonValue(start),
        "JSON_QUERY" => ReadJsonQuery(start),
        "JSON_OBJECT" => ReadJsonObject(start),
        "JSON_ARRAY" => ReadJsonArray(start),
        "JSON_OBJECTAGG" => ReadJsonObjectAggregate(start),
        "JSON_ARRAYAGG" => ReadJsonArrayAggregate(start),
        _ => null,
    };

    (ExpressionSyntax Json, ExpressionSyntax Path) ReadJsonAndPath()
    {
        index++;
        Expect("(");
        ExpressionSyntax json = ReadExpression();
        Expect(",");
        return (json, ReadExpression());
    }

    JsonExistsSyntax ReadJsonExists(int start)
    {
        (ExpressionSyntax json, ExpressionSyntax path) = ReadJsonAndPath();
        JsonBehaviour? onError = Take("TRUE") ? JsonBehaviour.True : Take("FALSE") ? JsonBehaviour.False
            : Take("UNKNOWN") ? JsonBehaviour.Unknown : Take("ERROR") ? JsonBehaviour.Error : null;
        if (onError is not null)
            Expect("ON", "ERROR");
        Expect(")");
        return new JsonExistsSyntax(json, path, onError) { Span = From(start) };
    }

    JsonValueSyntax ReadJsonValue(int start)
    {
        (ExpressionSyntax json, ExpressionSyntax path) = ReadJsonAndPath();
        TypeSyntax? returning = Take("RETURNING") ? ReadType() : null;
        (JsonDefaultSyntax? onEmpty, JsonDefaultSyntax? onError) = ReadOnEmptyOnError<JsonDefaultSyntax?>("DEFAULT", ReadJsonDefault);
        Expect(")");
        return new JsonValueSyntax(json, path, returning, onEmpty, onError) { Span = From(start) };
    }

    /// <summary>Behaviours begin with NULL, ERROR or a third word; each of the two stands once, that for nothing before that for errors.</summary>
    (T OnEmpty, T OnError) ReadOnEmptyOnError<T>(string third, Func<T> readBehaviour)
    {
        (T onEmpty, T onError) = (default(T)!, default(T)!);
        while (At("NULL") || At("ERROR") || At(third))
        {
            int place = index;
            T behaviour = readBehaviour();
            Expect("ON");
            if (onEmpty is null && onError is null && Take("EMPTY"))
                onEmpty = behaviour;
            else if (onError is null && Take("ERROR"))
                onError = behaviour;
            else
                throw onError is null ? Unexpected(onEmpty is null ? "EMPTY or ERROR" : "ERROR") : Error("ON EMPTY stands once and before ON ERROR, which stands once.", From(place));
        }

        return (onEmpty, onError);
    }

    JsonDefaultSyntax ReadJsonDefault()
    {
        int start = index;
        if (Take("NULL"))
            return new JsonDefaultSyntax(JsonBehaviour.Null, null) { Span = From(start) };
        if (Take("ERROR"))
            return new JsonDefaultSyntax(JsonBehaviour.Error, null) { Span = From(start) };
        Expect("DEFAULT");
        return new JsonDefaultSyntax(JsonBehaviour.Default, ReadExpression()) { Span = From(start) };
    }

    JsonQuerySyntax ReadJsonQuery(int start)
    {
        (ExpressionSyntax json, ExpressionSyntax path) = ReadJsonAndPath();
        TypeSyntax? returning = Take("RETURNING") ? ReadType() : null;
        JsonWrapper wrapper = ReadJsonWrapper();
        (JsonBehaviour? onEmpty, JsonBehaviour? onError) = ReadOnEmptyOnError<JsonBehaviour?>("EMPTY", () => ReadJsonQueryBehaviour());
        Expect(")");
        return new JsonQuerySyntax(json, path, returning, wrapper, onEmpty, onError) { Span = From(start) };
    }

    JsonBehaviour ReadJsonQueryBehaviour()
    {
        if (Take("NULL"))
            return JsonBehaviour.Null;
        if (Take("ERROR"))
            return JsonBehaviour.Error;
        Expect("EMPTY");
        if (Take("OBJECT"))
            return JsonBehaviour.EmptyObject;
        Expect("ARRAY");
        return JsonBehaviour.EmptyArray;
    }

    JsonWrapper ReadJsonWrapper()
    {
        bool with = Take("WITH");
        if (!with && !Take("WITHOUT"))
            return JsonWrapper.Without;
        bool conditional = with && Take("CONDITIONAL");
        if (with && !conditional)
            Take("UNCONDITIONAL");
        Take("ARRAY");
        Expect("WRAPPER");
        return !with ? JsonWrapper.Without : conditional ? JsonWrapper.Conditional : JsonWrapper.Unconditional;
    }

    JsonObjectSyntax ReadJsonObject(int start)
    {
        index++;
        Expect("(");
        SyntaxList<JsonMemberSyntax> members = At(")") || AtOnNull() ? [] : List(ReadJsonMember);
        bool absent = ReadAbsentOnNull(absentByDefault: false);
        Expect(")");
        return new JsonObjectSyntax(members, absent) { Span = From(start) };
    }

    JsonArraySyntax ReadJsonArray(int start)
    {
        index++;
        Expect("(");
        SyntaxList<ExpressionSyntax> items = At(")") || AtOnNull() ? [] : List(() => ReadExpression());
        bool absent = ReadAbsentOnNull(absentByDefault: true);
        Expect(")");
        return new JsonArraySyntax(items, absent) { Span = From(start) };
    }

    JsonObjectAggregateSyntax ReadJsonObjectAggregate(int start)
    {
        index++;
        Expect("(");
        JsonMemberSyntax member = ReadJsonMember();
        bool absent = ReadAbsentOnNull(absentByDefault: false);
        Expect(")");
        ExpressionSyntax? filter = ReadFilter();
        return new JsonObjectAggregateSyntax(member, absent, filter) { Span = From(start) };
    }

    JsonArrayAggregateSyntax ReadJsonArrayAggregate(int start)
    {
        index++;
        Expect("(");
        ExpressionSyntax item = ReadExpression();
        bool absent = ReadAbsentOnNull(absentByDefault: true);
        Expect(")");
        ExpressionSyntax? filter = ReadFilter();
        return new JsonArrayAggregateSyntax(item, absent, filter) { Span = From(start) };
    }

    JsonMemberSyntax ReadJsonMember()
    {
        int start = index;
        if (At("KEY") && Ahead(1).Mark is not ("VALUE" or ":" or "." or ","))
            index++;
        ExpressionSyntax key = ReadExpression();
        if (!Take(":") && !Take("VALUE"))
            throw Unexpected("VALUE and the member's value");
        return new JsonMemberSyntax(key, ReadExpression()) { Span = From(start) };
    }

    bool AtOnNull() => At("NULL", "ON", "NULL") || At("ABSENT", "ON", "NULL");

    bool ReadAbsentOnNull(bool absentByDefault)
    {
        if (!AtOnNull())
            return absentByDefault;
        bool absent = Current.Mark == "ABSENT";
        index += 3;
        return absent;
    }
}
