import { Flags } from '@sigmalang/runtime';
import { Injectable } from '@nestjs/common';
import { KeyChanges } from '../identity/key-changes';
import { ErasureHooks } from '../privacy/erasure-hooks';
import { ReplyCache } from './reply-cache';

/** Has the cache follow what makes it void or leaves it out: the epoch of the installation, an erasure, and the flag `reply-cache`. */
@Injectable()
export class CacheChanges {
  constructor(cache: ReplyCache, changes: KeyChanges, erasures: ErasureHooks, flags: Flags) {
    changes.onChange(() => { cache.epoch = changes.cacheEpoch; });
    erasures.add(() => cache.clear());
    cache.isBypassed = async () => !(await flags.isOn('reply-cache'));
  }
}
