namespace Orrery.Sql.Syntax;

/// <summary>What a text may be at most. Beyond a bound is an error that names it.</summary>
public static class SqlLimits
{
    /// <summary>Characters of a text.</summary>
    public const int TextLength = 1 << 20;

    /// <summary>Levels of a tree: parentheses, operators, subqueries, joins and types inside each other. A chain of AND or OR is one level, one of + has a level an operator. What reads trees level by level has 4 KiB of stack for each on a thread of 1 MiB.</summary>
    public const int NestingLevels = 256;

    /// <summary>Items of one list: columns, arguments, rows of VALUES, statements of a script.</summary>
    public const int ListItems = 65_536;

    /// <summary>Characters of one name.</summary>
    public const int NameLength = 256;

    /// <summary>Significant digits of an exact number.</summary>
    public const int NumberDigits = 38;
}
