using Microsoft.Extensions.Logging;
using Orrery.Interfaces.Jobs;

namespace Orrery.Grains.Jobs;

/// <summary>What jobs tell the log: what people did to them, and each state that they come to.</summary>
static partial class JobMessages
{
    [LoggerMessage(6101, LogLevel.Information, "Job {Job} was changed by {User}, version {Version}.")]
    public static partial void Changed(ILogger logger, string job, string user, long version);

    [LoggerMessage(6102, LogLevel.Information, "Job {Job}: {User} asked to {Action} it.")]
    public static partial void Asked(ILogger logger, string job, string user, string action);

    [LoggerMessage(6103, LogLevel.Information, "Job {Job} is {State}, lease {Token}, attempt {Attempt}, worker {Worker}: {Reason}")]
    public static partial void Became(ILogger logger, string job, JobState state, long token, int attempt, string worker, string reason);

    [LoggerMessage(6104, LogLevel.Warning, "Job {Job}, run {Run} failed: {Reason}")]
    public static partial void Failed(ILogger logger, string job, long run, string reason);

    [LoggerMessage(6105, LogLevel.Warning, "Worker {Worker} could not ask for jobs; it asks again in {Pause}.")]
    public static partial void NotAsked(ILogger logger, string worker, TimeSpan pause, Exception failure);

    [LoggerMessage(6106, LogLevel.Error, "Job {Job} failed on worker {Worker} by a fault of the program.")]
    public static partial void Fault(ILogger logger, string job, string worker, Exception failure);

    [LoggerMessage(6107, LogLevel.Warning, "Job {Job} could not look at its deadlines; it looks again in {Pause}.")]
    public static partial void NotLooked(ILogger logger, string job, TimeSpan pause, Exception failure);

    [LoggerMessage(6108, LogLevel.Information, "Job {Job}: step {Step} ended, done: {IsDone}: {Outcome}")]
    public static partial void StepEnded(ILogger logger, string job, JobStepKind step, bool isDone, string outcome);
}
