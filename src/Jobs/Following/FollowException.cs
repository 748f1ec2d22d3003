namespace Orrery.Jobs.Following;

/// <summary>A step of following or cutting over is refused; the message says why and what to do. Nothing has been changed by it.</summary>
public sealed class FollowException(string message) : Exception(message);
