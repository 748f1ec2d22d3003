namespace Orrery.Retail.Schema;

/// <summary>What a column holds, and which type of .NET carries it in a row.</summary>
public enum ColumnForm
{
    /// <summary><see cref="long"/>.</summary>
    Integer,

    /// <summary><see cref="decimal"/>.</summary>
    Decimal,

    /// <summary><see cref="string"/>.</summary>
    Text,

    /// <summary><see cref="DateTime"/>, without zone.</summary>
    DateTime,

    /// <summary><see cref="DateOnly"/>.</summary>
    Date,
}

/// <summary>A column of a table.</summary>
/// <param name="Type">As MySQL says it, in small letters: <c>decimal(18,2)</c>.</param>
/// <param name="Scale">Digits behind the point.</param>
/// <param name="JdbcType">The code that canal gives the type.</param>
public sealed record RetailColumn(string Name, string Type, ColumnForm Form, int Scale, int JdbcType, bool IsNullable);
