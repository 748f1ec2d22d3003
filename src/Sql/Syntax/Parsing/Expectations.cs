namespace Orrery.Sql.Syntax;

/// <summary>What the parser may look for that is no keyword or symbol, in the same list; the sign in front is none of theirs.</summary>
static class Expectations
{
    public const string Table = "<table", Column = "<column", Function = "<function", Type = "<type", NewName = "<new", View = "<view", Unit = "<unit", Option = "<option";
}
