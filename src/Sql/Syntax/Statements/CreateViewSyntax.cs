namespace Orrery.Sql.Syntax;

/// <summary><c>CREATE [OR REPLACE] [TEMPORARY] [MATERIALIZED] VIEW [IF NOT EXISTS] name [(columns)] [COMMENT '...'] [WITH (...)] AS query</c>.</summary>
public sealed record CreateViewSyntax(NameSyntax Name, SyntaxList<ViewColumnSyntax> Columns, QuerySyntax Query) : StatementSyntax
{
    public bool OrReplace { get; init; }

    public bool Temporary { get; init; }

    public bool Materialized { get; init; }

    public bool IfNotExists { get; init; }

    public string? Comment { get; init; }

    public SyntaxList<OptionSyntax> Options { get; init; } = [];
}

/// <summary>A column of a view that is named in its head.</summary>
public sealed record ViewColumnSyntax(IdentifierSyntax Name, string? Comment = null) : SyntaxNode;
