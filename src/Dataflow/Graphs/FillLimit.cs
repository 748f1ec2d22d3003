namespace Orrery.Dataflow.Graphs;

/// <summary>Bounds of the filling of a view, which is looked at every few hundred rows. Past it nothing of the view stays.</summary>
/// <param name="BytesMax">Bytes of rows and of new state together.</param>
/// <param name="Cancellation">Ends it.</param>
public sealed record FillLimit(long BytesMax, CancellationToken Cancellation = default);
