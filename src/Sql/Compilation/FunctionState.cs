namespace Orrery.Sql.Compilation;

/// <summary>Buffers of functions, so that a call allocates nothing: each is good until the same buffer is asked for again.</summary>
internal sealed class FunctionState
{
    private char[] _characters = new char[256];

    /// <summary>At least so many characters.</summary>
    public char[] Characters(int count)
    {
        if (_characters.Length < count) _characters = new char[Math.Max(count, _characters.Length * 2)];
        return _characters;
    }
}
