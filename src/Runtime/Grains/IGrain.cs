namespace Orrery.Runtime;

/// <summary>Anything that can be addressed by a call: a grain, a reference to one, or an observer.</summary>
public interface IAddressable;

/// <summary>Marks the interfaces through which grains are called. Methods answer with <see cref="Task"/>, <see cref="Task{TResult}"/>, <see cref="ValueTask"/> or <see cref="ValueTask{TResult}"/>.</summary>
public interface IGrain : IAddressable;

/// <summary>A grain whose identity is a string.</summary>
public interface IGrainWithStringKey : IGrain;

/// <summary>Marks the interfaces of objects that live beside a grain, in its activation and in its turns, and are called through its identity: any grain can have one.</summary>
public interface IGrainExtension : IAddressable;

/// <summary>Marks the interfaces through which grains call back into objects that are no grains.</summary>
public interface IGrainObserver : IAddressable;
