using System.Text;
using Orrery.Jobs.Plans;

namespace Orrery.Jobs.DataX;

/// <summary>A reader or a writer with its options.</summary>
/// <param name="Plugin">Its name in the file.</param>
/// <param name="Path">Where it stands.</param>
abstract record DataXSide(string Plugin, string Path);

/// <summary>A database, as reader or writer.</summary>
sealed record DataXDatabase(string Plugin, string Path) : DataXSide(Plugin, Path)
{
    public required IReadOnlyList<DataXConnection> Connections { get; init; }

    /// <summary>As the file has them: names, constants, expressions, or '*'.</summary>
    public required IReadOnlyList<string> Columns { get; init; }

    public string? Where { get; init; }

    public string? SplitKey { get; init; }

    /// <summary>Run on each connection first.</summary>
    public IReadOnlyList<string> Session { get; init; } = [];

    public IReadOnlyList<string> Before { get; init; } = [];

    public IReadOnlyList<string> Behind { get; init; } = [];

    public DataXWriteMode Mode { get; init; }

    /// <summary>Columns behind <c>update</c> that tell rows apart; empty: the table's own keys.</summary>
    public IReadOnlyList<string> ModeKey { get; init; } = [];

    /// <summary>Rows of a statement, where rows go by statements.</summary>
    public int BatchRows { get; init; } = 2048;

    /// <summary>All SQL that the file has.</summary>
    public IEnumerable<string> Statements => [.. Session, .. Before, .. Behind, .. Columns, Where ?? "", .. Connections.SelectMany(connection => connection.Queries)];

    /// <summary>Dates with zero parts are read as null: DataX asks the MySQL driver for that.</summary>
    public bool NullsZeroDates => Plugin == "mysqlreader";
}

/// <summary>Where tables or queries are.</summary>
sealed record DataXConnection(DatabaseAddress Address, IReadOnlyList<string> Tables, IReadOnlyList<string> Queries, string Path);

enum DataXWriteMode
{
    Insert,
    Replace,
    Update,
}

/// <summary>A column of a text file or of a stream.</summary>
/// <param name="Index">Its place in the line; null: a constant.</param>
/// <param name="Type">string, long, double, boolean, date, bytes.</param>
/// <param name="Value">The constant.</param>
/// <param name="Format">Of dates.</param>
/// <param name="Random">Of a stream: two bounds.</param>
sealed record DataXColumn(int? Index, string Type, string? Value, string? Format, (string From, string To)? Random);

/// <summary>Text files that are read.</summary>
sealed record DataXTextReader(string Plugin, string Path) : DataXSide(Plugin, Path)
{
    public required IReadOnlyList<string> Paths { get; init; }

    public required Encoding Encoding { get; init; }

    /// <summary>Empty: all of the first line's columns, as text.</summary>
    public IReadOnlyList<DataXColumn> Columns { get; init; } = [];

    public char Delimiter { get; init; } = ',';

    public bool IsGzip { get; init; }

    public bool SkipsHeader { get; init; }

    /// <summary>What stands for null.</summary>
    public string NullText { get; init; } = "\\N";

    /// <summary>Whether values may stand in double quotes.</summary>
    public bool HasQuotes { get; init; } = true;

    public bool SkipsEmptyLines { get; init; } = true;
}

/// <summary>Text files that are written.</summary>
sealed record DataXTextWriter(string Plugin, string Path) : DataXSide(Plugin, Path)
{
    public required string Folder { get; init; }

    public required string FileName { get; init; }

    public required Encoding Encoding { get; init; }

    /// <summary>truncate, append or nonConflict.</summary>
    public string Mode { get; init; } = "append";

    public char Delimiter { get; init; } = ',';

    public bool IsGzip { get; init; }

    public string NullText { get; init; } = "\\N";

    public string? DateFormat { get; init; }

    /// <summary>Values with delimiters, quotes and line ends stand in double quotes.</summary>
    public bool IsCsv { get; init; }

    public IReadOnlyList<string> Header { get; init; } = [];

    public string Suffix { get; init; } = "";
}

/// <summary>Made-up rows.</summary>
sealed record DataXStreamReader(string Plugin, string Path) : DataXSide(Plugin, Path)
{
    public required IReadOnlyList<DataXColumn> Columns { get; init; }

    /// <summary>Of each channel.</summary>
    public long Rows { get; init; }
}

/// <summary>Rows to standard output, or nowhere.</summary>
sealed record DataXStreamWriter(string Plugin, string Path) : DataXSide(Plugin, Path)
{
    public bool Prints { get; init; }

    public string Delimiter { get; init; } = "\t";
}
