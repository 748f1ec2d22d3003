using Orrery.Interfaces.Errors;

namespace Orrery.Interfaces.Boards;

/// <summary>A board that cannot be put. HTTP 400 with the first problem's tile and place.</summary>
public sealed class BoardRefusedException(IReadOnlyList<BoardProblem> problems) : RefusalException(TextOf(problems))
{
    /// <summary>At least one.</summary>
    public IReadOnlyList<BoardProblem> Problems { get; } = problems;

    static string TextOf(IReadOnlyList<BoardProblem> problems)
    {
        BoardProblem first = problems[0];
        string where = first.Tile is null ? "" : $"Tile '{first.Tile}': ";
        string place = first.Line > 0 ? $" Line {first.Line}, column {first.Column}." : "";
        return $"{where}{first.Message}{place}{(problems.Count > 1 ? $" And {problems.Count - 1} more." : "")}";
    }
}
