namespace Orrery.Runtime;

public static class GrainBaseExtensions
{
    /// <summary>Starts a timer of this activation. Its runs are turns of the grain; an exception is logged and the timer goes on.</summary>
    public static IGrainTimer RegisterGrainTimer(this IGrainBase grain, Func<CancellationToken, Task> callback, GrainTimerCreationOptions options) =>
        GrainRuntime.Of(grain).RegisterTimer(static (run, cancellationToken) => run(cancellationToken), callback, options);

    /// <inheritdoc cref="RegisterGrainTimer(IGrainBase, Func{CancellationToken, Task}, GrainTimerCreationOptions)"/>
    public static IGrainTimer RegisterGrainTimer<TState>(this IGrainBase grain, Func<TState, CancellationToken, Task> callback, TState state, GrainTimerCreationOptions options) =>
        GrainRuntime.Of(grain).RegisterTimer(callback, state, options);
}
