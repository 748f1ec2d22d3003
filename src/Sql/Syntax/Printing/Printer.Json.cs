namespace Orrery.Sql.Syntax;

/// <summary>Functions of JSON.</summary>
sealed partial class Printer
{
    bool WriteJson(ExpressionSyntax expression)
    {
        switch (expression)
        {
            case JsonExistsSyntax exists:
                WriteJsonHead("JSON_EXISTS", exists.Json, exists.Path, null);
                WriteBehaviour(exists.OnError, "ERROR");
                break;
            case JsonValueSyntax value:
                WriteJsonHead("JSON_VALUE", value.Json, value.Path, value.Returning);
                WriteDefault(value.OnEmpty, "EMPTY");
                WriteDefault(value.OnError, "ERROR");
                break;
            case JsonQuerySyntax query:
                WriteJsonHead("JSON_QUERY", query.Json, query.Path, query.Returning);
                text.Append(query.Wrapper switch { JsonWrapper.Conditional => " WITH CONDITIONAL ARRAY WRAPPER", JsonWrapper.Unconditional => " WITH UNCONDITIONAL ARRAY WRAPPER", _ => "" });
                WriteBehaviour(query.OnEmpty, "EMPTY");
                WriteBehaviour(query.OnError, "ERROR");
                break;
            case JsonObjectSyntax json:
                text.Append("JSON_OBJECT(");
                WriteList(json.Members);
                WriteOnNull(json.AbsentOnNull, json.Members.Count, absentByDefault: false);
                break;
            case JsonArraySyntax json:
                text.Append("JSON_ARRAY(");
                WriteList(json.Items);
                WriteOnNull(json.AbsentOnNull, json.Items.Count, absentByDefault: true);
                break;
            case JsonObjectAggregateSyntax json:
                Write("JSON_OBJECTAGG(", json.Member);
                WriteOnNull(json.AbsentOnNull, 1, absentByDefault: false);
                text.Append(')');
                WriteFilter(json.Filter);
                return true;
            case JsonArrayAggregateSyntax json:
                Write("JSON_ARRAYAGG(", json.Item);
                WriteOnNull(json.AbsentOnNull, 1, absentByDefault: true);
                text.Append(')');
                WriteFilter(json.Filter);
                return true;
            default:
                return false;
        }

        text.Append(')');
        return true;
    }

    void WriteJsonHead(string function, ExpressionSyntax json, ExpressionSyntax path, TypeSyntax? returning)
    {
        text.Append(function);
        Write("(", json);
        Write(", ", path);
        if (returning is not null)
            Write(" RETURNING ", returning);
    }

    void WriteBehaviour(JsonBehaviour? behaviour, string on)
    {
        if (behaviour is { } found)
            text.Append($" {Word(found)} ON {on}");
    }

    void WriteDefault(JsonDefaultSyntax? behaviour, string on)
    {
        if (behaviour is null)
            return;
        Write(" ", behaviour);
        text.Append($" ON {on}");
    }

    void WriteJsonDefault(JsonDefaultSyntax behaviour)
    {
        text.Append(Word(behaviour.Behaviour));
        if (behaviour.Value is not null)
            Write(" ", behaviour.Value);
    }

    void WriteOnNull(bool absent, int items, bool absentByDefault)
    {
        if (absent != absentByDefault)
            text.Append(items > 0 ? " " : "").Append(absent ? "ABSENT ON NULL" : "NULL ON NULL");
    }

    void WriteJsonMember(JsonMemberSyntax member)
    {
        text.Append("KEY ");
        Write(member.Key, parentheses: member.Key is not StringLiteralSyntax && !(member.Key is ColumnSyntax column && Keywords.Find(column.Name.Parts[0].Name) != "VALUE"));
        Write(" VALUE ", member.Value);
    }

    static string Word(JsonBehaviour behaviour) => behaviour switch
    {
        JsonBehaviour.Null => "NULL",
        JsonBehaviour.Error => "ERROR",
        JsonBehaviour.Default => "DEFAULT",
        JsonBehaviour.True => "TRUE",
        JsonBehaviour.False => "FALSE",
        JsonBehaviour.Unknown => "UNKNOWN",
        JsonBehaviour.EmptyArray => "EMPTY ARRAY",
        _ => "EMPTY OBJECT",
    };
}
