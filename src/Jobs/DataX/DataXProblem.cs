namespace Orrery.Jobs.DataX;

/// <summary>Something in a job file that is left out, or that cannot be done.</summary>
/// <param name="Path">Where it stands in the file: <c>$.job.content[0].reader.parameter.fetchSize</c>.</param>
/// <param name="Text">What it is, and what to do.</param>
/// <param name="IsError">Whether the job's result would be another; else it is left out without harm.</param>
public sealed record DataXProblem(string Path, string Text, bool IsError)
{
    public override string ToString() => $"{Path}: {Text}";
}

/// <summary>A job file cannot be run as it is. Lists all that is wrong.</summary>
public sealed class DataXException(IReadOnlyList<DataXProblem> problems) : Exception($"The job file cannot be run as it is: {string.Join(" ", problems.Where(problem => problem.IsError))}")
{
    public IReadOnlyList<DataXProblem> Problems { get; } = problems;
}
