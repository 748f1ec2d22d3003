using Orrery.Connectors.Rows;

namespace Orrery.Connectors.Dialects;

/// <summary>One engine's SQL as text: names, types, statements. Knows no connection.</summary>
public interface IDialect
{
    /// <summary>For people: "PostgreSQL".</summary>
    string Name { get; }

    /// <summary>The names under which the engine is configured; the first is its own.</summary>
    IReadOnlyList<string> Engines { get; }

    /// <summary>Whether <see cref="Open"/> works; Oracle is a dialect of text alone.</summary>
    bool CanOpen { get; }

    /// <summary>An identifier in the engine's quotes. Nothing in it can end them.</summary>
    /// <exception cref="ArgumentException">It is empty, too long (some engines would cut it off and not say so), or holds what the engine cannot.</exception>
    string Quote(string identifier);

    string Quote(TableName table);

    /// <summary>The strict type of a native one.</summary>
    /// <exception cref="NativeTypeException">There is none, or the text cannot be read.</exception>
    ColumnType TypeOf(string nativeType);

    /// <summary>The native type that holds every value of a strict one, or as much of it as the engine can.</summary>
    /// <param name="type">What is to be held.</param>
    /// <param name="isKey">Whether it is to be part of a key or an index: some engines want a bound then.</param>
    /// <exception cref="NativeTypeException">The engine has none.</exception>
    string NativeTypeOf(ColumnType type, bool isKey = false);

    /// <summary>What a column takes.</summary>
    ColumnBound BoundOf(ColumnDefinition column);

    /// <summary>
    /// The same table for this engine: native types anew from the strict ones, defaults where they are plain literals, indexes with columns alone. Comments, key
    /// and numbering stay.
    /// </summary>
    /// <param name="table">The table, of any engine.</param>
    /// <param name="name">Its name here.</param>
    TableDefinition Retarget(TableDefinition table, TableName name);

    /// <summary>The statements that make a table, its indexes and comments; in their order.</summary>
    IReadOnlyList<string> CreateTable(TableDefinition table);

    /// <summary>Makes one index of a table that is there.</summary>
    string CreateIndex(TableDefinition table, IndexDefinition index);

    string DropTable(TableName table);

    string AddColumn(TableName table, ColumnDefinition column);

    /// <summary>A value as it stands in a statement. No value can end its literal.</summary>
    /// <param name="reader">At the value.</param>
    /// <param name="column">The column that it is compared with or put into, and whose strict type it has.</param>
    string Literal(in RowReader reader, ColumnDefinition column);

    /// <summary>Which rows of a table lie in a range, as a condition for WHERE; "1=1" for all.</summary>
    string Condition(TableDefinition table, KeyRange range);

    /// <summary>Reads columns of a range.</summary>
    /// <param name="table">The table.</param>
    /// <param name="columns">Those wanted.</param>
    /// <param name="range">Which rows.</param>
    /// <param name="inKeyOrder">Whether rows come in the key's order.</param>
    string Select(TableDefinition table, IReadOnlyList<ColumnDefinition> columns, KeyRange range, bool inKeyOrder = false);

    /// <summary>One number: how many rows a range has. Until the transaction ends nobody else changes them.</summary>
    string SelectLocked(TableDefinition table, KeyRange range);

    /// <summary>Rows of a staged table (same columns) into a table: those whose key is there are updated, the others inserted. One or more statements, in their order.</summary>
    IReadOnlyList<string> MergeFrom(TableDefinition table, IReadOnlyList<ColumnDefinition> columns, string stage);

    /// <summary>
    /// One row: count, and the sum of 60 bits of each row's SHA-256 (<see cref="RowDigest"/>), computed by the server over canonical texts.
    /// </summary>
    /// <param name="table">The table.</param>
    /// <param name="columns">Its columns in the digest's order, each with the strict type whose canonical text it is to give.</param>
    /// <param name="range">Which rows.</param>
    /// <param name="floats">How floats are spelled; <see cref="FloatText.Decimal"/> only where <see cref="GivesShortestFloats"/> is.</param>
    /// <exception cref="NativeTypeException">A column cannot be given as that type.</exception>
    string SelectDigest(TableDefinition table, IReadOnlyList<(ColumnDefinition Column, ColumnType As)> columns, KeyRange range, FloatText floats = FloatText.Decimal);

    /// <summary>Whether the engine itself gives the shortest decimal digits of a float.</summary>
    bool GivesShortestFloats { get; }

    /// <summary>An open connection of its own. Blocks.</summary>
    /// <exception cref="NotSupportedException">This program has no driver for it.</exception>
    /// <exception cref="ArgumentException">The connection string cannot be read. The message does not repeat it.</exception>
    /// <exception cref="System.Data.Common.DbException">The server cannot be reached or refuses.</exception>
    IDatabase Open(string connectionString, TimeSpan connectTimeout);
}
