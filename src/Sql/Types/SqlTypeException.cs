namespace Orrery.Sql.Types;

/// <summary>Types that do not fit: a function without an overload for its arguments, branches of a CASE that have nothing in common. The binder adds the place in the text.</summary>
public sealed class SqlTypeException(string message) : Exception(message);
