using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace Orrery.Sql.Syntax;

/// <summary>Writes any node. Its parts are in the files beside this one.</summary>
/// <param name="lines">Whether clauses stand on lines of their own; otherwise all is one line.</param>
sealed partial class Printer(bool lines)
{
    /// <summary>Words that are names to the parser, but not where each expression may begin.</summary>
    static readonly FrozenSet<string> Ambiguous = FrozenSet.ToFrozenSet(["ARRAY", "MAP", "BOTH", "LEADING", "TRAILING", "UNBOUNDED"], StringComparer.OrdinalIgnoreCase);

    readonly StringBuilder text = new();

    public override string ToString() => text.ToString();

    public static string Quoted(string name) =>
        Lexer.IsWord(name) && !Keywords.Reserved.Contains(Keywords.Find(name)) && !Ambiguous.Contains(name)
            ? name : $"`{name.Replace("`", "``", StringComparison.Ordinal)}`";

    public void Write(SyntaxNode node)
    {
        switch (node)
        {
            case ExpressionSyntax expression:
                Write(expression, 0);
                break;
            case QuerySyntax query:
                WriteQuery(query);
                break;
            case StatementSyntax statement:
                WriteStatement(statement);
                break;
            case TypeSyntax type:
                WriteType(type);
                break;
            case TableReferenceSyntax table:
                WriteTable(table);
                break;
            case GroupingSyntax grouping:
                WriteGrouping(grouping);
                break;
            case ColumnDefinitionSyntax column:
                WriteColumnDefinition(column);
                break;
            default:
                WritePart(node);
                break;
        }
    }

    void WritePart(SyntaxNode node)
    {
        switch (node)
        {
            case IdentifierSyntax name:
                text.Append(Quoted(name.Name));
                break;
            case NameSyntax name:
                WriteList(name.Parts, ".");
                break;
            case OptionSyntax option:
                text.Append($"{SqlPrinter.Text(option.Key)} = {SqlPrinter.Text(option.Value)}");
                break;
            case HintSyntax hint:
                WriteHint(hint);
                break;
            case HintArgumentSyntax argument:
                WriteHintArgument(argument);
                break;
            case SelectItemSyntax item:
                WriteSelectItem(item);
                break;
            case OrderItemSyntax item:
                WriteOrderItem(item);
                break;
            case CommonTableSyntax table:
                WriteCommonTable(table);
                break;
            case TableAliasSyntax alias:
                WriteAlias(alias);
                break;
            case GroupBySyntax groups:
                text.Append("GROUP BY ");
                WriteList(groups.Items);
                break;
            case WindowSyntax window:
                WriteWindow(window);
                break;
            case NamedWindowSyntax window:
                WriteNamedWindow(window);
                break;
            case FrameSyntax frame:
                WriteFrame(frame);
                break;
            case FrameBoundSyntax bound:
                WriteFrameBound(bound);
                break;
            case CaseBranchSyntax branch:
                WriteBranch(branch);
                break;
            case MapEntrySyntax entry:
                Write(entry.Key, 0);
                text.Append(", ");
                Write(entry.Value, 0);
                break;
            case JsonMemberSyntax member:
                WriteJsonMember(member);
                break;
            case JsonDefaultSyntax behaviour:
                WriteJsonDefault(behaviour);
                break;
            case IntervalQualifierSyntax qualifier:
                WriteIntervalQualifier(qualifier);
                break;
            case RowFieldSyntax field:
                WriteRowField(field);
                break;
            case PrimaryKeySyntax key:
                WritePrimaryKey(key);
                break;
            case WatermarkSyntax watermark:
                WriteWatermark(watermark);
                break;
            case ViewColumnSyntax column:
                WriteViewColumn(column);
                break;
            case FunctionParameterSyntax parameter:
                Write(parameter.Name);
                text.Append(' ');
                WriteType(parameter.Type);
                break;
            default:
                throw new ArgumentException($"{node.GetType().Name} has no text of its own.", nameof(node));
        }
    }

    void WriteList<T>(SyntaxList<T> items, string between = ", ")
        where T : SyntaxNode
    {
        for (int item = 0; item < items.Count; item++)
        {
            if (item > 0)
                text.Append(between);
            Write(items[item]);
        }
    }

    /// <summary>Writes items in parentheses.</summary>
    void WriteParenthesized<T>(SyntaxList<T> items)
        where T : SyntaxNode
    {
        text.Append('(');
        WriteList(items);
        text.Append(')');
    }

    void Write(string before, SyntaxNode node)
    {
        text.Append(before);
        Write(node);
    }

    void WriteNumber(long number) => text.Append(CultureInfo.InvariantCulture, $"{number}");

    void WriteHint(HintSyntax hint)
    {
        Write(hint.Name);
        if (hint.Arguments.Count > 0)
            WriteParenthesized(hint.Arguments);
    }

    void WriteHintArgument(HintArgumentSyntax argument)
    {
        if (argument.Key is { } key)
            text.Append($"{SqlPrinter.Text(key)} = {SqlPrinter.Text(argument.Value)}");
        else
            text.Append(argument.Value == Quoted(argument.Value) ? argument.Value : SqlPrinter.Text(argument.Value));
    }

    void WriteHints(SyntaxList<HintSyntax> hints)
    {
        if (hints.Count == 0)
            return;
        text.Append(" /*+ ");
        WriteList(hints);
        text.Append(" */");
    }

    void WriteComment(string? comment)
    {
        if (comment is not null)
            text.Append($" COMMENT {SqlPrinter.Text(comment)}");
    }

    void WriteOptions(SyntaxList<OptionSyntax> options)
    {
        if (options.Count == 0)
            return;
        Clause("WITH ");
        WriteBlock(options);
    }
}
