using System.Text.Json;
using Orrery.Jobs.Running;

namespace Orrery.Jobs.Work;

/// <summary>
/// What a job of one kind is to do and how it does it, the same on the command line, in a silo and in an agent. A definition is a JSON object whose <c>kind</c> names this; its other fields are the
/// options of the command of the same name (<c>--chunk-rows</c> is <c>chunkRows</c>). A job that is run again under the same <see cref="JobContext.Job"/> goes on where it was.
/// </summary>
public interface IJobKind
{
    /// <summary>As definitions name it, such as <c>migrate</c>.</summary>
    string Name { get; }

    /// <summary>Fields that hold secrets, such as addresses with passwords: these are stored sealed, and shown by <see cref="Show"/>.</summary>
    IReadOnlyList<string> Secrets { get; }

    /// <summary>Refuses a definition that cannot be run.</summary>
    /// <exception cref="ArgumentException">The message lists everything that is wrong, and repeats no secret.</exception>
    void Check(JsonElement definition);

    /// <summary>Every address of a database and every path of a file or folder that a run would open, with the field that names it: a silo opens only what its administrator allows.</summary>
    /// <param name="definition">With secrets, and checked.</param>
    IEnumerable<(string Field, string Address)> Reaches(JsonElement definition);

    /// <summary>The secret field that names the target, where a run on an agent can have it held by a silo (<see cref="JobContext.Target"/>); null: it cannot.</summary>
    string? RemoteField(JsonElement definition);

    /// <summary>Whether a run follows changes until it is ended, and takes steps (<see cref="JobContext.Step"/>).</summary>
    bool Follows(JsonElement definition);

    /// <summary>What a run may take, by its definition, where that can be changed while it runs; null: it cannot. The fields are <c>rowsPerSecond</c>, <c>bytesPerSecond</c> and <c>parallel</c>.</summary>
    JobLimits? Limits(JsonElement definition);

    /// <summary>A secret field's value without what is secret.</summary>
    string Show(string field, string value);

    /// <summary>Says what would be done, how long it may take, and what stands in the way.</summary>
    /// <exception cref="ArgumentException">See <see cref="Check"/>.</exception>
    /// <exception cref="System.Data.Common.DbException">A database cannot be reached or refuses.</exception>
    Task<JobAssessment> AssessAsync(JsonElement definition, JobContext context, CancellationToken cancellationToken);

    /// <summary>Runs the job to its end.</summary>
    /// <exception cref="ArgumentException">See <see cref="Check"/>.</exception>
    /// <exception cref="OperationCanceledException">It was ended from outside; the next run goes on.</exception>
    /// <remarks>Other exceptions end the run; <see cref="JobErrors.IsPassing"/> tells those after which another run may get further.</remarks>
    Task<JobResult> RunAsync(JsonElement definition, JobContext context, CancellationToken cancellationToken);
}
