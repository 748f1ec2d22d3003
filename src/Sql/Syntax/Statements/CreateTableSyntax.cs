namespace Orrery.Sql.Syntax;

/// <summary>CREATE TABLE.</summary>
/// <param name="Columns">In their order; empty when they are not given, and the connector must know them.</param>
public sealed record CreateTableSyntax(NameSyntax Name, SyntaxList<ColumnDefinitionSyntax> Columns) : StatementSyntax
{
    public bool Temporary { get; init; }

    public bool IfNotExists { get; init; }

    /// <summary>Null without one. A key that stands behind its column is here too.</summary>
    public PrimaryKeySyntax? PrimaryKey { get; init; }

    /// <summary>Null without one.</summary>
    public WatermarkSyntax? Watermark { get; init; }

    public string? Comment { get; init; }

    public SyntaxList<IdentifierSyntax> PartitionedBy { get; init; } = [];

    /// <summary>The options of WITH.</summary>
    public SyntaxList<OptionSyntax> Options { get; init; } = [];
}

/// <summary>A column of a table.</summary>
public abstract record ColumnDefinitionSyntax(IdentifierSyntax Name) : SyntaxNode
{
    public string? Comment { get; init; }
}

/// <summary><c>name type [NOT NULL]</c>; NOT NULL is in the type.</summary>
public sealed record PhysicalColumnSyntax(IdentifierSyntax Name, TypeSyntax Type) : ColumnDefinitionSyntax(Name);

/// <summary><c>name AS expression</c>.</summary>
public sealed record ComputedColumnSyntax(IdentifierSyntax Name, ExpressionSyntax Expression) : ColumnDefinitionSyntax(Name);

/// <summary><c>name type METADATA [FROM 'key'] [VIRTUAL]</c>.</summary>
/// <param name="Key">Null when the column's name is the key.</param>
/// <param name="Virtual">It is read, but not written.</param>
public sealed record MetadataColumnSyntax(IdentifierSyntax Name, TypeSyntax Type, string? Key, bool Virtual) : ColumnDefinitionSyntax(Name);

/// <summary><c>[CONSTRAINT name] PRIMARY KEY (columns) NOT ENFORCED</c>.</summary>
public sealed record PrimaryKeySyntax(IdentifierSyntax? Constraint, SyntaxList<IdentifierSyntax> Columns) : SyntaxNode;

/// <summary><c>WATERMARK FOR column AS expression</c>.</summary>
public sealed record WatermarkSyntax(NameSyntax Column, ExpressionSyntax Expression) : SyntaxNode;
